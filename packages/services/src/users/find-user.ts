import { users } from "@crm/db";
import type { User } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import type { Administrator } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { requireAdmin } from "./require-admin.ts";
import { toUser } from "./user-view.ts";

/** The user of that name in the admin's organization, in any case of letters. @throws ServiceError FORBIDDEN, NOT_FOUND */
export async function findUser(
  { db }: Dependencies,
  actor: Administrator,
  { username }: { username: string },
): Promise<User> {
  requireAdmin(actor);
  const [row] = await db
    .select()
    .from(users)
    .where(
      and(eq(users.organizationId, actor.organizationId), eq(sql`lower(${users.username})`, username.toLowerCase())),
    );
  if (!row) throw new ServiceError("NOT_FOUND", { message: `There is no user ${username}.` });
  return toUser(row);
}
