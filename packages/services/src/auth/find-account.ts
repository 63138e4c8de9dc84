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
  const named =
    username === undefined
      ? eq(sql`lower(${users.email})`, (email ?? "").toLowerCase())
      : eq(sql`lower(${users.username})`, username.toLowerCase());
  const [row] = await db
    .select({ organizationId: organizations.id, user: users })
    .from(organizations)
    .leftJoin(users, and(eq(users.organizationId, organizations.id), named))
    .where(eq(organizations.slug, organization));
  return { organizationId: row?.organizationId ?? null, user: row?.user ?? null };
}
