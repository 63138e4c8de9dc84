import { users } from "@crm/db";
import type { Role, User } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import type { Administrator } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { wakeFollowers } from "../events/wake-followers.ts";
import { lockAdmins, requireAnotherAdmin } from "./last-admin.ts";
import { getUserRow } from "./own-user.ts";
import { requireAdmin } from "./require-admin.ts";
import { toUser } from "./user-view.ts";

/**
 * Makes a user an admin or a member, from their next request on. The role that they have already changes nothing.
 * @throws ServiceError FORBIDDEN, NOT_FOUND, LAST_ADMIN
 */
export async function changeRole(
  { db }: Dependencies,
  actor: Administrator,
  { userId, role }: { userId: string; role: Role },
): Promise<User> {
  requireAdmin(actor);
  const { organizationId } = actor;
  return db.transaction(async (tx) => {
    await lockAdmins(tx, organizationId);
    const before = await getUserRow(tx, { organizationId, userId });
    if (before.role === role) return toUser(before);
    if (before.role === "admin") await requireAnotherAdmin(tx, { organizationId, userId });
    const [user] = await tx
      .update(users)
      .set({ role, updatedAt: sql`now()` })
      .where(and(eq(users.organizationId, organizationId), eq(users.id, userId)))
      .returning();
    if (!user) throw new Error("a user went away although admins were locked");
    await recordAudit(tx, actor, {
      organizationId,
      userId: actor.userId,
      username: actor.username,
      action: "user.change_role",
      resource: "user",
      resourceId: userId,
      oldValue: { username: user.username, role: before.role },
      newValue: { username: user.username, role },
    });
    await wakeFollowers(tx, { organizationId, userId });
    return toUser(user);
  });
}
