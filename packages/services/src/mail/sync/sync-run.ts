import type { JmapClient } from "@crm/jmap";
import type { Dependencies } from "../../dependencies.ts";
import type { MailAccountRow } from "../mail-account.ts";
import type { SyncLease } from "./lease.ts";

/** What a sync changed among the mirrored messages. */
export interface SyncCounts {
  created: number;
  updated: number;
  destroyed: number;
}

/** One sync of one account, while it holds the lease. */
export interface SyncRun {
  dependencies: Dependencies;
  client: JmapClient;
  lease: SyncLease;
  account: MailAccountRow;
  signal: AbortSignal;
  /** What it changed so far. */
  counts: SyncCounts;
}
