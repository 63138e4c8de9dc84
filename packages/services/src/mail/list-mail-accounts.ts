import { mailAccounts, mailSyncs, users } from "@crm/db";
import type { SyncStatus } from "@crm/schemas";
import { and, asc, eq, sql } from "drizzle-orm";
import type { Administrator } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { requireAdmin } from "../users/require-admin.ts";
import { toSyncStatus } from "./sync/sync-status.ts";

export interface ListedMailAccount extends SyncStatus {
  username: string;
  address: string;
  /** `auth_failed`: the mail server refuses the stored password. */
  accountStatus: "active" | "auth_failed";
  /** Messages in the index, mirrored with bodies, waiting for theirs, and those that could not be mirrored. */
  indexed: number;
  mirrored: number;
  waiting: number;
  problems: number;
}

/** The mail accounts of an organization. For whoever runs the installation: no request of a user leads here. */
export async function listMailAccounts(
  { db }: Pick<Dependencies, "db">,
  operator: Administrator,
): Promise<ListedMailAccount[]> {
  requireAdmin(operator);
  const countOf = (
    table: string,
    count = "count(*)",
  ) => sql<number>`(SELECT coalesce(${sql.raw(count)}, 0)::int FROM ${sql.identifier(table)} t
    WHERE t.organization_id = mail_accounts.organization_id AND t.mail_account_id = mail_accounts.id)`;
  const rows = await db
    .select({
      username: users.username,
      address: mailAccounts.address,
      accountStatus: mailAccounts.status,
      sync: mailSyncs,
      indexed: countOf("mailbox_messages"),
      mirrored: countOf("emails"),
      waiting: countOf("mirror_queue", "sum(cardinality(jmap_ids))"),
      problems: countOf("mail_sync_problems"),
    })
    .from(mailAccounts)
    .innerJoin(users, and(eq(users.organizationId, mailAccounts.organizationId), eq(users.id, mailAccounts.userId)))
    .leftJoin(
      mailSyncs,
      and(eq(mailSyncs.organizationId, mailAccounts.organizationId), eq(mailSyncs.mailAccountId, mailAccounts.id)),
    )
    .where(eq(mailAccounts.organizationId, operator.organizationId))
    .orderBy(asc(users.username));
  return rows.map(({ sync, ...account }) => ({ ...account, ...toSyncStatus(sync) }));
}
