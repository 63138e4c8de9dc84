import type { Dependencies } from "../../dependencies.ts";
import type { MailAccountRow } from "../mail-account.ts";
import { mirrorOf } from "../mail-account.ts";
import { LeaseLostError } from "./lease.ts";
import { type SyncOutcome, syncAccount } from "./sync-account.ts";

/** Lets a sync of the account run in the background; it lives on when the caller stops waiting for it. */
export function startSync(dependencies: Dependencies, account: MailAccountRow): Promise<SyncOutcome> {
  const sync = syncAccount(dependencies, mirrorOf(account));
  // Failures are in the account's sync status; here they are nobody's.
  const settled = sync.catch((error: unknown) => {
    if (!(error instanceof LeaseLostError)) dependencies.logger.debug({ err: error }, "a sync failed");
  });
  dependencies.background.run("sync", settled);
  return sync;
}
