import { timingSafeEqual } from "node:crypto";
import { users, userTokens } from "@crm/db";
import type { User } from "@crm/schemas";
import { and, eq, isNull, lt, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { toUser } from "../users/user-view.ts";
import { VERIFICATION_TRIES } from "./user-tokens.ts";

/**
 * Proves that one's address is one's own, by the code that was mailed to it.
 * @throws ServiceError WRONG_CODE, also for the right one after 10 minutes or 5 tries; MAIL_NOT_CONFIGURED; OVERLOADED.
 */
export async function verifyEmail(
  { db, passwords, postman }: Dependencies,
  actor: Actor,
  { code }: { code: string },
): Promise<{ user: User; emailVerified: true }> {
  if (!postman) throw new ServiceError("MAIL_NOT_CONFIGURED");
  const { organizationId, userId, username } = actor;
  const entry = {
    organizationId,
    userId,
    username,
    action: "auth.verify_email",
    resource: "user",
    resourceId: userId,
  } as const;
  const ofUser = and(
    eq(userTokens.organizationId, organizationId),
    eq(userTokens.userId, userId),
    eq(userTokens.purpose, "verify_email"),
    isNull(userTokens.usedAt),
  );
  // The try is counted before the code is looked at, so that guesses sent all at once count each.
  const [tried] = await db
    .update(userTokens)
    .set({ attempts: sql`${userTokens.attempts} + 1` })
    .where(and(ofUser, lt(userTokens.attempts, VERIFICATION_TRIES), sql`${userTokens.expiresAt} > now()`))
    .returning({ id: userTokens.id, hash: userTokens.tokenHash });
  const matches = tried ? timingSafeEqual(await passwords.digest(code, tried.id), tried.hash) : false;
  if (!tried || !matches) {
    await recordAudit(db, actor, { ...entry, errorMessage: "the code was wrong" });
    throw new ServiceError("WRONG_CODE");
  }

  return db.transaction(async (tx) => {
    const [spent] = await tx
      .update(userTokens)
      .set({ usedAt: sql`now()` })
      .where(and(ofUser, eq(userTokens.id, tried.id)))
      .returning({ email: userTokens.email });
    if (!spent) throw new ServiceError("WRONG_CODE");
    const [user] = await tx
      .update(users)
      .set({ emailVerified: true, updatedAt: sql`now()` })
      .where(
        and(
          eq(users.organizationId, organizationId),
          eq(users.id, userId),
          eq(sql`lower(${users.email})`, sql`lower(${spent.email})`),
        ),
      )
      .returning();
    if (!user) throw new ServiceError("WRONG_CODE");
    await recordAudit(tx, actor, { ...entry, newValue: { email: user.email } });
    return { user: toUser(user), emailVerified: true };
  });
}
