import { type Database, organizations, users } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import type { UserRow } from "../users/user-view.ts";

/** How somebody who is not signed in says who they are. */
export interface AccountName {
  /** The slug. */
  organization: string;
  username?: string | undefined;
  email?: string | undefined;
}

export interface FoundAccount {
  organizationId: string | null;
  user: UserRow | null;
}

/** The user of that name or address; one query, whoever exists. */
export async function findAccount(db: Database, { organization, username, email }: AccountName): Promise<FoundAccount> {
  const queries = prepared.get(db) ?? prepare(db);
  prepared.set(db, queries);
  const query = username === undefined ? queries.byEmail : queries.byUsername;
  const [row] = await query.execute({ slug: organization, name: (username ?? email ?? "").toLowerCase() });
  return { organizationId: row?.organizationId ?? null, user: row?.user ?? null };
}

const prepared = new WeakMap<Database, ReturnType<typeof prepare>>();

function prepare(db: Database) {
  const by = (column: typeof users.username | typeof users.email) =>
    db
      .select({ organizationId: organizations.id, user: users })
      .from(organizations)
      .leftJoin(
        users,
        and(eq(users.organizationId, organizations.id), sql`lower(${column}) = ${sql.placeholder("name")}`),
      )
      .where(eq(organizations.slug, sql.placeholder("slug")));
  return {
    byUsername: by(users.username).prepare("find_account_by_username"),
    byEmail: by(users.email).prepare("find_account_by_email"),
  };
}
