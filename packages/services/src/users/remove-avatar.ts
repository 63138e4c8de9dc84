import { userAvatars, users } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";

/** Takes one's profile picture away; without one it changes nothing. */
export async function removeAvatar({ db }: Dependencies, actor: Actor): Promise<{ avatarUrl: null }> {
  const { organizationId, userId, username } = actor;
  await db.transaction(async (tx) => {
    const removed = await tx
      .delete(userAvatars)
      .where(and(eq(userAvatars.organizationId, organizationId), eq(userAvatars.userId, userId)))
      .returning({ userId: userAvatars.userId });
    if (removed.length === 0) return;
    await tx
      .update(users)
      .set({ avatarVersion: null, updatedAt: sql`now()` })
      .where(and(eq(users.organizationId, organizationId), eq(users.id, userId)));
    await recordAudit(tx, actor, {
      organizationId,
      userId,
      username,
      action: "user.remove_avatar",
      resource: "user",
      resourceId: userId,
    });
  });
  return { avatarUrl: null };
}
