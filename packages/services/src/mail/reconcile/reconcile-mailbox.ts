import { randomUUID } from "node:crypto";
import type { Dependencies } from "../../dependencies.ts";
import { findMailAccount, type MailAccountRow, mirrorOf } from "../mail-account.ts";
import { openMailbox } from "../open-mailbox.ts";
import { finishSync } from "../sync/finish-sync.ts";
import { SyncLease } from "../sync/lease.ts";
import { mirrorBodies } from "../sync/mirror-bodies.ts";
import { syncAccount } from "../sync/sync-account.ts";
import type { SyncRun } from "../sync/sync-run.ts";
import type { MailboxDifference } from "./difference.ts";
import { reconcileCounts } from "./reconcile-counts.ts";
import { type ReconcileOptions, reconcileMessages } from "./reconcile-messages.ts";

/** `busy`: somebody else syncs the account just now, and it is for later. */
export type Reconciliation =
  | { status: "completed"; checked: number; differences: MailboxDifference[] }
  | { status: "busy" };

/**
 * Compares an account's mirror with the mail server, message by message, and all that is counted with what it counts;
 * with `heal`, brings it right by the same code as the sync. What the sync would have brought anyway is no difference:
 * so that runs first. The account's lease is held meanwhile.
 *
 * @throws ServiceError MAIL_DOMAIN_NOT_ALLOWED; whatever the mail server fails with
 */
export async function reconcileMailbox(
  dependencies: Dependencies,
  account: MailAccountRow,
  { signal = dependencies.background.signal, ...options }: ReconcileOptions & { signal?: AbortSignal | undefined },
): Promise<Reconciliation> {
  const mirror = mirrorOf(account);
  if ((await syncAccount(dependencies, mirror, signal)).status === "busy") return { status: "busy" };
  const lease = await SyncLease.take(dependencies.db, mirror, randomUUID());
  if (!lease) return { status: "busy" };
  try {
    // The sync may have found that the address leads to another account of the server by now.
    const present = (await findMailAccount(dependencies.db, mirror)) ?? account;
    const client = await openMailbox(dependencies, present);
    const counts = { created: 0, updated: 0, destroyed: 0 };
    const run: SyncRun = { dependencies, client, lease, account: present, signal, counts };
    const { checked, differences: ofMessages } = await reconcileMessages(run, options);
    await mirrorBodies(run);
    const ofCounts = await reconcileCounts(run, options);
    // Whoever queued mail meanwhile found the lease taken.
    while (!(await finishSync(run))) await mirrorBodies(run);
    const differences = [...ofMessages.map(({ kind, id, message }) => ({ kind, id, message })), ...ofCounts];
    return { status: "completed", checked, differences };
  } finally {
    await lease.release().catch(() => {});
  }
}
