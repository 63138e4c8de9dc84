import { timingSafeEqual } from "node:crypto";
import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import type { Dependencies } from "../../dependencies.ts";

const DIGITS = 6;
/** Length of a time step in milliseconds (RFC 6238 §5.2). */
const STEP = 30_000;
/** Steps by which a phone's clock may be off. */
const DRIFT = 1;

/** Binds an encrypted secret to its owner. */
const context = (owner: { organizationId: string; userId: string }) =>
  ["users.totp_secret", owner.organizationId, owner.userId] as const;

type Owner = Parameters<typeof context>[0];

/** @param secret in base32 */
export const sealSecret = ({ secrets }: Dependencies, owner: Owner, secret: string): string =>
  secrets.encrypt(secret, context(owner));

/** Whether it is one secret: encrypted twice, or anew under another key, it does not look alike. */
export const isSameSecret = ({ secrets }: Dependencies, owner: Owner, one: string, other: string): boolean =>
  one === other || secrets.decrypt(one, context(owner)) === secrets.decrypt(other, context(owner));

/** The time step whose code this is, or null. A step is to be taken once (RFC 6238 §5.2): see `spendSecondFactor`. */
export async function stepOfCode(
  { secrets }: Dependencies,
  owner: Owner,
  sealedSecret: string,
  code: string,
): Promise<number | null> {
  const secret = base32.decode(secrets.decrypt(sealedSecret, context(owner)), { strict: false });
  const given = Buffer.from(code);
  const now = Math.floor(Date.now() / STEP);
  let found: number | null = null;
  for (let step = now - DRIFT; step <= now + DRIFT; step++) {
    const expected = Buffer.from(await generateHOTP(secret, step, DIGITS));
    if (given.length === expected.length && timingSafeEqual(given, expected)) found = step;
  }
  return found;
}
