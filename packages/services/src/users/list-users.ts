import { users } from "@crm/db";
import type { Role, User } from "@crm/schemas";
import { and, asc, eq, or, type SQL, sql } from "drizzle-orm";
import type { Administrator } from "../actor.ts";
import { escapeLike } from "../database-errors.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, toPage } from "../paging.ts";
import { requireAdmin } from "./require-admin.ts";
import { toUser } from "./user-view.ts";

export interface ListUsersInput {
  /** Part of a username, address or name; case and diacritics do not count. */
  search?: string | undefined;
  role?: Role | undefined;
  limit: number;
  cursor?: string | undefined;
}

const sortKey = sql`lower(${users.username})`;

/** The organization's users by username, which is unique and never changes, so pages stay stable. @throws FORBIDDEN */
export async function listUsers(
  { db }: Dependencies,
  actor: Administrator,
  { search, role, limit, cursor }: ListUsersInput,
): Promise<{ items: User[]; nextCursor: string | null }> {
  requireAdmin(actor);
  const [after] = cursor === undefined ? [] : decodeCursor(cursor, "string");
  const rows = await db
    .select()
    .from(users)
    .where(
      and(
        eq(users.organizationId, actor.organizationId),
        role === undefined ? undefined : eq(users.role, role),
        search === undefined ? undefined : matches(search),
        after === undefined ? undefined : sql`${sortKey} > ${after}`,
      ),
    )
    .orderBy(asc(sortKey))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.username.toLowerCase()], toUser);
}

function matches(search: string): SQL | undefined {
  const pattern = `%${escapeLike(search.trim())}%`;
  const fullName = sql`concat_ws(' ', ${users.firstName}, ${users.lastName})`;
  const fields = [sql`${users.username}`, sql`${users.email}`, fullName];
  return or(...fields.map((field) => sql`crm_fold(${field}) LIKE crm_fold(${pattern})`));
}
