import { mailAccounts, mailSyncs, mirrorQueue } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import { emitEvents } from "../../events/emit-event.ts";
import { ofAccount } from "./lease.ts";
import type { SyncRun } from "./sync-run.ts";
import { toSyncStatus } from "./sync-status.ts";

/**
 * Ends the sync and gives the lease back, unless somebody has queued mail meanwhile (a new contact). Both in one
 * transaction with the row locked: who queues mail after this finds the lease free.
 *
 * @returns false when there is more to do
 */
export function finishSync({ lease, account }: SyncRun): Promise<boolean> {
  const { organizationId, mailAccountId } = lease.mirror;
  return lease.transaction(async (tx, before) => {
    const [waiting] = await tx
      .select({ id: mirrorQueue.id })
      .from(mirrorQueue)
      .where(and(eq(mirrorQueue.organizationId, organizationId), eq(mirrorQueue.mailAccountId, mailAccountId)))
      .limit(1);
    if (waiting) return false;
    const [sync] = await tx
      .update(mailSyncs)
      .set({
        phase: "idle",
        progressDone: null,
        progressTotal: null,
        lastSyncedAt: sql`now()`,
        lastError: null,
        failures: 0,
        retryAt: null,
        leaseHolder: null,
        leaseUntil: null,
      })
      .where(ofAccount(lease.mirror))
      .returning();
    // A password that was refused is taken again: the mailbox is to be watched and checked as others are.
    if (account.status !== "active") {
      await tx
        .update(mailAccounts)
        .set({ status: "active" })
        .where(and(eq(mailAccounts.organizationId, organizationId), eq(mailAccounts.id, mailAccountId)));
    }
    // Every minute's "nothing new" is no news.
    if (sync && before.phase !== "idle") {
      await emitEvents(tx, lease.mirror, [{ type: "sync.progress", data: toSyncStatus(sync) }]);
    }
    return true;
  });
}
