import { mailSyncs, type SyncPhase } from "@crm/db";
import { emitEvents } from "../../events/emit-event.ts";
import { ofAccount } from "./lease.ts";
import type { SyncRun } from "./sync-run.ts";
import { toSyncStatus } from "./sync-status.ts";

/** The live feed is told so often at most, in milliseconds; a person cannot read faster. */
const INTERVAL = 1_000;

const told = new WeakMap<SyncRun, { phase: SyncPhase; at: number }>();

/** Says how far the sync is: in its status, and to whoever is watching. */
export async function reportProgress(
  run: SyncRun,
  { phase, done, total }: { phase: "indexing" | "syncing"; done: number; total: number },
): Promise<void> {
  const last = told.get(run);
  if (last?.phase === phase && Date.now() - last.at < INTERVAL) return;
  told.set(run, { phase, at: Date.now() });
  const { lease } = run;
  await lease.transaction(async (tx) => {
    const [sync] = await tx
      .update(mailSyncs)
      .set({ phase, progressDone: done, progressTotal: total })
      .where(ofAccount(lease.mirror))
      .returning();
    if (sync) await emitEvents(tx, lease.mirror, [{ type: "sync.progress", data: toSyncStatus(sync) }]);
  });
}
