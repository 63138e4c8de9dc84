import { randomUUID } from "node:crypto";
import { JmapProtocolError } from "@crm/jmap";
import type { Dependencies } from "../../dependencies.ts";
import { findMailAccount, type MailAccountRow } from "../mail-account.ts";
import { openMailbox } from "../open-mailbox.ts";
import { applyChanges } from "./apply-changes.ts";
import { finishSync } from "./finish-sync.ts";
import { indexMailbox } from "./index-mailbox.ts";
import { LeaseLostError, type MirrorKey, SyncLease } from "./lease.ts";
import { mirrorBodies } from "./mirror-bodies.ts";
import { recordFailure } from "./record-failure.ts";
import { drainReleases } from "./release-mail.ts";
import { resetMirror } from "./reset-mirror.ts";
import type { SyncCounts, SyncRun } from "./sync-run.ts";

export type SyncOutcome = ({ status: "completed" } & SyncCounts) | { status: "busy" };

/**
 * Brings an account's mirror to what the mail server has. One runs at a time for an account, in any process.
 *
 *            ┌──────── the server cannot say what changed, or other mailboxes count ────────┐
 *            ▼                                                                              │
 *   new ─▶ indexing ─▶ (changes since the index was begun) ─▶ syncing bodies ─▶ idle ─▶ changes
 *            │                        │                             │            ▲          │
 *            └────────────────────────┴──── failure: error ─────────┘            └──────────┘
 *                                           (again after a while, from where it stood)
 *
 * Every step writes its rows and its cursor in one transaction, so that it can be killed at any moment.
 *
 * @throws whatever went wrong, after writing it down in the account's sync status
 */
export async function syncAccount(
  dependencies: Dependencies,
  mirror: MirrorKey,
  signal: AbortSignal = dependencies.background.signal,
): Promise<SyncOutcome> {
  const lease = await SyncLease.take(dependencies.db, mirror, randomUUID());
  if (!lease) return { status: "busy" };
  try {
    const account = await findMailAccount(dependencies.db, mirror);
    if (!account) throw new LeaseLostError("the account was unlinked");
    const run = await beginRun(dependencies, account, lease, signal);
    // What a process that died has left.
    await drainReleases(dependencies, mirror);
    do {
      await bringIndexUpToDate(run);
      await mirrorBodies(run);
    } while (!(await finishSync(run)));
    return { status: "completed", ...run.counts };
  } catch (error) {
    if (!(error instanceof LeaseLostError) && !signal.aborted) await recordFailure(dependencies, lease, error);
    throw error;
  } finally {
    // A lease that cannot be given back runs out by itself.
    await lease.release().catch(() => {});
  }
}

async function beginRun(
  dependencies: Dependencies,
  account: MailAccountRow,
  lease: SyncLease,
  signal: AbortSignal,
): Promise<SyncRun> {
  const client = await openMailbox(dependencies, account);
  // Ids mean something within one account of the server alone.
  if (client.accountId !== account.jmapAccountId) await resetMirror(lease, client.accountId);
  return { dependencies, client, lease, account, signal, counts: { created: 0, updated: 0, destroyed: 0 } };
}

/** An index that was interrupted long ago may go on from a state that the server has forgotten by its end. */
const MAX_INDEXES = 3;

async function bringIndexUpToDate(run: SyncRun): Promise<void> {
  for (let indexes = 0; (await applyChanges(run)) === "reindex"; indexes++) {
    if (indexes === MAX_INDEXES) throw new JmapProtocolError("the mail server forgets states that it has just given");
    await indexMailbox(run);
  }
}
