import { bodyListsOf } from "./body-lists.ts";
import { decodeText } from "./decode-content.ts";
import { htmlToText } from "./html-to-text.ts";
import type { MimePart } from "./part.ts";

/** @returns the words of the message's body, HTML taken off. */
export function bodyTextOf(root: MimePart): string {
  return bodyListsOf(root)
    .textBody.filter((part) => part.type.startsWith("text/"))
    .map((part) => (part.type === "text/html" ? htmlToText(decodeText(part).text) : decodeText(part).text))
    .join("\n");
}

/** @returns at most 256 characters of the body, without quotations (RFC 8621 §4.1.4). */
export function previewOf(root: MimePart): string {
  const text = bodyTextOf(root);
  const own = text
    .split("\n")
    .filter((line, index, lines) => !line.startsWith(">") && !(line.endsWith(":") && lines[index + 1]?.startsWith(">")))
    .join(" ");
  const plain = (own.trim() === "" ? text : own).replace(/\s+/g, " ").trim();
  return [...plain].slice(0, 256).join("");
}
