import { createHash, randomBytes } from "node:crypto";

/** A new id: any of A-Z a-z 0-9 - _ may come first, as RFC 8620 §1.2 allows and clients forget. */
export function randomId(): string {
  return randomBytes(12).toString("base64url");
}

/** The same id for the same words: what the sample holds keeps its ids from one start to the next. */
export function stableId(...words: readonly string[]): string {
  return createHash("sha256").update(words.join("\n")).digest("base64url").slice(0, 16);
}
