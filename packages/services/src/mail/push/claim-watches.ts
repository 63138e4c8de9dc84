import { type Database, mailAccounts, mailWatches } from "@crm/db";
import { and, eq, getTableColumns, sql } from "drizzle-orm";
import type { MailAccountRow } from "../mail-account.ts";

/** How long a watch is somebody's without being claimed again; a dead process's go to another after that. */
const WATCH = "30 seconds";

/**
 * Takes every account that nobody watches, and keeps those that are the holder's, so that over all processes each
 * mailbox is watched once.
 *
 * @returns all that are the holder's now
 */
export async function claimWatches(db: Database, holder: string): Promise<MailAccountRow[]> {
  await db.execute(sql`
    INSERT INTO mail_watches AS w (organization_id, mail_account_id, holder, until)
    SELECT organization_id, id, ${holder}::uuid, now() + ${WATCH}::interval
    FROM mail_accounts WHERE status = 'active'
    ON CONFLICT (organization_id, mail_account_id) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE w.holder = excluded.holder OR w.until < now()`);
  return db
    .select(getTableColumns(mailAccounts))
    .from(mailWatches)
    .innerJoin(
      mailAccounts,
      and(eq(mailAccounts.organizationId, mailWatches.organizationId), eq(mailAccounts.id, mailWatches.mailAccountId)),
    )
    .where(and(eq(mailWatches.holder, holder), eq(mailAccounts.status, "active")));
}

/** Leaves all that the holder watches to whoever claims next. */
export async function releaseWatches(db: Database, holder: string): Promise<void> {
  await db.delete(mailWatches).where(eq(mailWatches.holder, holder));
}
