import { users } from "@crm/db";
import type { User } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import type { Administrator } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { endSessions } from "../auth/end-sessions.ts";
import { tellRevoked } from "../auth/tell-revoked.ts";
import { dropUserTokens } from "../auth/user-tokens.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { getUserRow } from "./own-user.ts";
import { requireAdmin } from "./require-admin.ts";
import { generateTemporaryPassword, temporaryPasswordExpiry } from "./temporary-password.ts";
import { toUser } from "./user-view.ts";

/**
 * Gives a user a temporary password, which is in this answer and nowhere else, and ends all their sessions. A second
 * factor stays, and API keys are held back until the user has chosen a password again.
 * @throws ServiceError FORBIDDEN, NOT_FOUND, OVERLOADED
 */
export async function resetUserPassword(
  { db, passwords }: Dependencies,
  actor: Administrator,
  { userId }: { userId: string },
): Promise<{ user: User; tempPassword: string }> {
  requireAdmin(actor);
  const owner = { organizationId: actor.organizationId, userId };
  // A hash is dear: it is made for nobody who is not there, and outside of the transaction.
  await getUserRow(db, owner);
  const tempPassword = generateTemporaryPassword();
  const passwordHash = await passwords.hash(tempPassword);
  return db.transaction(async (tx) => {
    const before = await getUserRow(tx, owner);
    const temporaryPasswordUntil = temporaryPasswordExpiry();
    const [user] = await tx
      .update(users)
      .set({ passwordHash, temporaryPasswordUntil, updatedAt: sql`now()` })
      .where(and(eq(users.organizationId, owner.organizationId), eq(users.id, userId)))
      .returning();
    if (!user) throw new ServiceError("NOT_FOUND");
    const ended = await endSessions(tx, owner);
    await dropUserTokens(tx, owner, "reset_password");
    await recordAudit(tx, actor, {
      organizationId: owner.organizationId,
      userId: actor.userId,
      username: actor.username,
      action: "user.reset_password",
      resource: "user",
      resourceId: userId,
      oldValue: { username: user.username, temporaryPasswordUntil: before.temporaryPasswordUntil },
      newValue: { username: user.username, temporaryPasswordUntil, endedSessions: ended.length },
    });
    await tellRevoked(tx, owner, ended);
    return { user: toUser(user), tempPassword };
  });
}
