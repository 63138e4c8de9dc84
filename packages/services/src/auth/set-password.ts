import { type Database, sessions, users } from "@crm/db";
import type { User } from "@crm/schemas";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { SessionActor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { tellOwner } from "../post/tell-owner.ts";
import { toUser, type UserRow } from "../users/user-view.ts";
import { checkPasswordPolicy } from "./check-password-policy.ts";
import { endSessions } from "./end-sessions.ts";
import { onboardingFlags } from "./onboarding.ts";
import { type IssuedTokens, openSession } from "./open-session.ts";
import { tellRevoked } from "./tell-revoked.ts";
import { dropUserTokens } from "./user-tokens.ts";

export interface SetPasswordInput {
  newPassword: string;
  currentPassword?: string | undefined;
}

/**
 * Replaces the password, ends every session of the user and opens a new one.
 * @throws ServiceError WRONG_PASSWORD, VALIDATION_ERROR; UNAUTHORIZED for all but one of several racing sessions.
 */
export async function setPassword(
  dependencies: Dependencies,
  actor: SessionActor,
  input: SetPasswordInput,
): Promise<IssuedTokens & { user: User; needsEmailSetup: boolean }> {
  const { db, passwords } = dependencies;
  const before = await readSignedIn(db, actor);
  checkPasswordPolicy(input.newPassword, before.username);
  if (before.temporaryPasswordUntil === null) await verifyCurrent(dependencies, actor, before, input.currentPassword);
  if (await passwords.verify(before.passwordHash, input.newPassword)) {
    const details = [{ path: "newPassword", message: "must differ from the present password" }];
    throw new ServiceError("VALIDATION_ERROR", { details });
  }
  const passwordHash = await passwords.hash(input.newPassword);

  const changed = await db.transaction(async (tx) => {
    // Two conditional updates decide a race: whoever finds the old hash and its own session still there, wins.
    const [user] = await tx
      .update(users)
      .set({ passwordHash, temporaryPasswordUntil: null, updatedAt: sql`now()` })
      .where(
        and(
          eq(users.organizationId, actor.organizationId),
          eq(users.id, actor.userId),
          eq(users.passwordHash, before.passwordHash),
        ),
      )
      .returning();
    const [mine] = await tx
      .select({ mode: sessions.mode })
      .from(sessions)
      .where(
        and(
          eq(sessions.organizationId, actor.organizationId),
          eq(sessions.id, actor.sessionId),
          isNull(sessions.endedAt),
        ),
      );
    if (!user || !mine) throw new ServiceError("UNAUTHORIZED");
    const ended = await endSessions(tx, { organizationId: actor.organizationId, userId: actor.userId });
    await dropUserTokens(tx, actor, "reset_password");
    const { sessionId: _, ...issued } = await openSession(
      dependencies,
      tx,
      { organizationId: actor.organizationId, userId: actor.userId },
      actor,
      mine.mode,
    );
    await recordAudit(tx, actor, {
      organizationId: actor.organizationId,
      userId: actor.userId,
      username: actor.username,
      action: "auth.set_password",
      resource: "user",
      resourceId: actor.userId,
    });
    await tellRevoked(tx, actor, ended);
    return { ...issued, user: toUser(user), needsEmailSetup: onboardingFlags(user).needsEmailSetup };
  });
  // Replacing a temporary password is what everybody does first.
  if (before.temporaryPasswordUntil === null) tellOwner(dependencies, before, "password");
  return changed;
}

/** User and session as they were at one moment: whoever has lost the race already, is told so and nothing else. */
async function readSignedIn(db: Database, { organizationId, userId, sessionId }: SessionActor): Promise<UserRow> {
  const [row] = await db
    .select({ user: users })
    .from(users)
    .innerJoin(sessions, and(eq(sessions.organizationId, users.organizationId), eq(sessions.userId, users.id)))
    .where(
      and(
        eq(users.organizationId, organizationId),
        eq(users.id, userId),
        eq(sessions.id, sessionId),
        isNull(sessions.endedAt),
      ),
    );
  if (!row) throw new ServiceError("UNAUTHORIZED");
  return row.user;
}

async function verifyCurrent(
  { db, passwords }: Dependencies,
  actor: SessionActor,
  user: UserRow,
  currentPassword: string | undefined,
): Promise<void> {
  if (currentPassword === undefined) {
    const details = [{ path: "currentPassword", message: "is needed" }];
    throw new ServiceError("VALIDATION_ERROR", { details });
  }
  if (await passwords.verify(user.passwordHash, currentPassword)) return;
  await recordAudit(db, actor, {
    organizationId: actor.organizationId,
    userId: actor.userId,
    username: actor.username,
    action: "auth.set_password",
    resource: "user",
    resourceId: actor.userId,
    errorMessage: "the current password was wrong",
  });
  throw new ServiceError("WRONG_PASSWORD");
}
