import type { User } from "@crm/schemas";
import type { Administrator } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { getUserRow } from "./own-user.ts";
import { requireAdmin } from "./require-admin.ts";
import { toUser } from "./user-view.ts";

/** A user of the admin's organization. @throws ServiceError FORBIDDEN, NOT_FOUND */
export async function getUser(
  { db }: Dependencies,
  actor: Administrator,
  { userId }: { userId: string },
): Promise<User> {
  requireAdmin(actor);
  return toUser(await getUserRow(db, { organizationId: actor.organizationId, userId }));
}
