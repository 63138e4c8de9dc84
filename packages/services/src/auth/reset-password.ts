import { type Transaction, users, userTokens } from "@crm/db";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Caller } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { type OpaqueToken, parseOpaqueToken } from "../crypto/opaque-token.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { checkPasswordPolicy } from "./check-password-policy.ts";
import { endSessions } from "./end-sessions.ts";
import { tellRevoked } from "./tell-revoked.ts";
import { dropUserTokens } from "./user-tokens.ts";

export interface ResetPasswordInput {
  token: string;
  newPassword: string;
}

/**
 * Replaces a forgotten password. The link works once, and with it go all others and every session; nobody is signed
 * in by it, and a second factor stays. A password that the policy refuses leaves the link as it is.
 * @throws ServiceError INVALID_TOKEN, VALIDATION_ERROR, MAIL_NOT_CONFIGURED, OVERLOADED.
 */
export async function resetPassword(
  { db, passwords, postman }: Dependencies,
  caller: Caller,
  { token, newPassword }: ResetPasswordInput,
): Promise<{ reset: true }> {
  if (!postman) throw new ServiceError("MAIL_NOT_CONFIGURED");
  const parsed = parseOpaqueToken(token);
  if (!parsed) throw new ServiceError("INVALID_TOKEN");
  const { organizationId } = parsed;
  const [owner] = await db
    .select({ id: users.id, username: users.username })
    .from(userTokens)
    .innerJoin(users, and(eq(users.organizationId, userTokens.organizationId), eq(users.id, userTokens.userId)))
    .where(unspent(parsed));
  if (!owner) throw new ServiceError("INVALID_TOKEN");
  checkPasswordPolicy(newPassword, owner.username);
  const passwordHash = await passwords.hash(newPassword);

  await db.transaction(async (tx) => {
    // The user first and the token then, as every other change of a password does: so no two wait for each other.
    const userId = owner.id;
    await tx
      .update(users)
      .set({ passwordHash, temporaryPasswordUntil: null, updatedAt: sql`now()` })
      .where(and(eq(users.organizationId, organizationId), eq(users.id, userId)));
    await spend(tx, parsed);
    const ended = await endSessions(tx, { organizationId, userId });
    await dropUserTokens(tx, { organizationId, userId }, "reset_password");
    await recordAudit(tx, caller, {
      organizationId,
      userId,
      username: owner.username,
      action: "auth.reset_password",
      resource: "user",
      resourceId: userId,
    });
    await tellRevoked(tx, { organizationId, userId }, ended);
  });
  return { reset: true };
}

/** Of requests that come with one token at once, the row lets a single one through. */
async function spend(tx: Transaction, token: OpaqueToken): Promise<void> {
  const [spent] = await tx
    .update(userTokens)
    .set({ usedAt: sql`now()` })
    .where(unspent(token))
    .returning({ id: userTokens.id });
  if (!spent) throw new ServiceError("INVALID_TOKEN");
}

const unspent = ({ organizationId, hash }: OpaqueToken) =>
  and(
    eq(userTokens.organizationId, organizationId),
    eq(userTokens.purpose, "reset_password"),
    eq(userTokens.tokenHash, hash),
    isNull(userTokens.usedAt),
    sql`${userTokens.expiresAt} > now()`,
  );
