import { users } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { Administrator } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { wakeFollowers } from "../events/wake-followers.ts";
import { unlinkMailAccount } from "../mail/unlink-mail-account.ts";
import { lockAdmins, requireAnotherAdmin } from "./last-admin.ts";
import { getUserRow } from "./own-user.ts";
import { requireAdmin } from "./require-admin.ts";

/**
 * Removes a user with all that is theirs: sessions, keys, contacts, mirrored mail. Their mail server is not touched,
 * and the audit log, which does not refer to users, keeps what they did under their name.
 * @throws ServiceError FORBIDDEN, NOT_FOUND, LAST_ADMIN
 */
export async function deleteUser(
  dependencies: Dependencies,
  actor: Administrator,
  { userId }: { userId: string },
): Promise<{ id: string }> {
  requireAdmin(actor);
  const owner = { organizationId: actor.organizationId, userId };
  return dependencies.db.transaction(async (tx) => {
    await lockAdmins(tx, owner.organizationId);
    const user = await getUserRow(tx, owner);
    if (user.role === "admin") await requireAnotherAdmin(tx, owner);
    // First, because a running sync holds the mirror before it refers to the user's contacts.
    await unlinkMailAccount(tx, dependencies, owner);
    await tx.delete(users).where(and(eq(users.organizationId, owner.organizationId), eq(users.id, userId)));
    const { username, role, email, firstName, lastName } = user;
    await recordAudit(tx, actor, {
      organizationId: owner.organizationId,
      userId: actor.userId,
      username: actor.username,
      action: "user.delete",
      resource: "user",
      resourceId: userId,
      oldValue: { username, role, email, firstName, lastName },
    });
    await wakeFollowers(tx, owner);
    return { id: user.id };
  });
}
