import { randomInt } from "node:crypto";
import { type Transaction, totpRecoveryCodes } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { Dependencies } from "../../dependencies.ts";

const COUNT = 10;
const LENGTH = 10;
// Without what looks alike on paper. Ten of these are 49 bits, which the slow hash makes enough.
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

/** A recovery code as it is hashed, or null for what has another shape: dashes, spaces and case do not count. */
export function readRecoveryCode(text: string): string | null {
  const code = text.toLowerCase().replace(/[\s-]/g, "");
  return code.length === LENGTH && [...code].every((letter) => LETTERS.includes(letter)) ? code : null;
}

export interface RecoveryCodes {
  /** For the person, in two halves. */
  shown: string[];
  hashes: Buffer[];
}

export async function createRecoveryCodes({ passwords }: Dependencies, userId: string): Promise<RecoveryCodes> {
  const codes = new Set<string>();
  while (codes.size < COUNT) {
    codes.add(Array.from({ length: LENGTH }, () => LETTERS.charAt(randomInt(LETTERS.length))).join(""));
  }
  const shown = [...codes].map((code) => `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`);
  return { shown, hashes: await Promise.all([...codes].map((code) => passwords.digest(code, userId))) };
}

/** Puts these codes in the place of all earlier ones; none takes them away. */
export async function replaceRecoveryCodes(
  tx: Transaction,
  { organizationId, userId }: { organizationId: string; userId: string },
  hashes: readonly Buffer[],
): Promise<void> {
  await tx
    .delete(totpRecoveryCodes)
    .where(and(eq(totpRecoveryCodes.organizationId, organizationId), eq(totpRecoveryCodes.userId, userId)));
  if (hashes.length === 0) return;
  await tx.insert(totpRecoveryCodes).values(hashes.map((codeHash) => ({ organizationId, userId, codeHash })));
}
