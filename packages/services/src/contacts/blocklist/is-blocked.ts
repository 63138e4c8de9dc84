import { type SQL, sql } from "drizzle-orm";

interface Owner {
  organizationId: string;
  userId: string;
}

/** Whether the user has blocked an address (an SQL expression, lower case), by itself or with its domain. */
export const isBlocked = ({ organizationId, userId }: Owner, address: SQL): SQL<boolean> =>
  sql`EXISTS (SELECT FROM blocklist_entries blocked
    WHERE blocked.organization_id = ${organizationId} AND blocked.user_id = ${userId}
      AND blocked.pattern IN (${address}, '@' || split_part(${address}, '@', -1)))`;
