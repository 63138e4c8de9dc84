import { randomInt } from "node:crypto";
import { newId, type Transaction, userTokens } from "@crm/db";
import type { Dependencies } from "../dependencies.ts";
import { dropUserTokens, expiryIn, VERIFICATION_MINUTES } from "./user-tokens.ts";

/** A code for the mail, and what is stored of it; the row's id is its salt. */
export interface VerificationCode {
  id: string;
  code: string;
  hash: Buffer;
}

export async function createVerificationCode({ passwords }: Dependencies): Promise<VerificationCode> {
  const id = newId();
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  return { id, code, hash: await passwords.digest(code, id) };
}

/** From here on this code alone proves the address. */
export async function keepVerificationCode(
  tx: Transaction,
  owner: { organizationId: string; userId: string },
  email: string,
  { id, hash }: VerificationCode,
): Promise<void> {
  await dropUserTokens(tx, owner, "verify_email");
  await tx.insert(userTokens).values({
    organizationId: owner.organizationId,
    userId: owner.userId,
    id,
    purpose: "verify_email",
    tokenHash: hash,
    email,
    expiresAt: expiryIn(VERIFICATION_MINUTES),
  });
}
