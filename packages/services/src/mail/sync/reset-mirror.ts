import { mailAccounts, mailSyncs, type Transaction } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import { type MirrorKey, ofAccount, type SyncLease } from "./lease.ts";

/** Forgets everything mirrored, because the address leads to another account at the server by now. */
export function resetMirror(lease: SyncLease, jmapAccountId: string): Promise<void> {
  const { organizationId, mailAccountId } = lease.mirror;
  return lease.transaction(async (tx) => {
    await clearMirror(tx, lease.mirror);
    await tx
      .update(mailAccounts)
      .set({ jmapAccountId })
      .where(and(eq(mailAccounts.organizationId, organizationId), eq(mailAccounts.id, mailAccountId)));
    await tx
      .update(mailSyncs)
      .set({ phase: "new", emailState: null, indexingFromState: null, scope: null })
      .where(ofAccount(lease.mirror));
  });
}

/** Takes index and mirrored mail of an account away; its contacts stay, with nothing counted. */
export async function clearMirror(tx: Transaction, mirror: MirrorKey): Promise<void> {
  const { organizationId, mailAccountId, userId } = mirror;
  for (const table of ["emails", "email_threads", "mailbox_messages", "correspondents", "mail_sync_problems"]) {
    await tx.execute(sql`
      DELETE FROM ${sql.identifier(table)}
      WHERE organization_id = ${organizationId} AND mail_account_id = ${mailAccountId}`);
  }
  await tx.update(mailSyncs).set({ unreadCount: 0 }).where(ofAccount(mirror));
  await tx.execute(sql`
    UPDATE contacts SET email_count = 0, unread_count = 0, last_email_at = NULL
    WHERE organization_id = ${organizationId} AND user_id = ${userId}`);
}
