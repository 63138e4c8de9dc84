import { type SQL, sql } from "drizzle-orm";
import type { AccountKey } from "./lease.ts";

/** That a row of `table` (a table's name or alias in the statement) is of this mail account. */
export const ownRows = ({ organizationId, mailAccountId }: AccountKey, table: string): SQL =>
  sql`${sql.identifier(table)}.organization_id = ${organizationId}
    AND ${sql.identifier(table)}.mail_account_id = ${mailAccountId}`;
