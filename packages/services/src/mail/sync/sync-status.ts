import type { SyncPhase } from "@crm/db";
import type { SyncStatus } from "@crm/schemas";
import type { SyncRow } from "./lease.ts";

const STATUS = {
  new: "indexing",
  indexing: "indexing",
  syncing: "syncing",
  idle: "idle",
  error: "error",
} as const satisfies Record<SyncPhase, SyncStatus["status"]>;

/** What a person is shown of the sync of an account, or of having none. */
export function toSyncStatus(sync: SyncRow | null): SyncStatus {
  if (!sync) return { status: "none", progress: null, lastSyncedAt: null, lastError: null };
  const { progressDone: done, progressTotal: total } = sync;
  return {
    status: STATUS[sync.phase],
    progress: done === null || total === null ? null : { done, total },
    lastSyncedAt: sync.lastSyncedAt,
    lastError: sync.lastError,
  };
}
