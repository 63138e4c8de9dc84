import { mailAccounts, mailSyncs } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { Dependencies } from "../../dependencies.ts";
import { emitEvents } from "../../events/emit-event.ts";
import { describeMailFailure } from "../mail-errors.ts";
import { closeMailbox } from "../open-mailbox.ts";
import { ofAccount, type SyncLease } from "./lease.ts";
import { toSyncStatus } from "./sync-status.ts";

/** Milliseconds before the next attempt: doubled with each failure, and spread so that accounts do not come at once. */
const FIRST_DELAY = 15_000;
const LONGEST_DELAY = 3_600_000;

const delayAfter = (failures: number) =>
  Math.min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY) * (0.75 + Math.random() / 2);

/** Writes a failed sync down where its owner sees it, with when it is tried again. */
export async function recordFailure(dependencies: Dependencies, lease: SyncLease, error: unknown): Promise<void> {
  const failure = describeMailFailure(error);
  if (!failure) dependencies.logger.error({ err: error, ...lease.mirror }, "a sync failed by a fault of ours");
  const { code, message } = failure ?? {
    code: "INTERNAL_ERROR",
    message: "Something went wrong on our side while reading your mail. It is tried again by itself.",
  };
  const { organizationId, mailAccountId } = lease.mirror;
  closeMailbox(dependencies, mailAccountId);
  await lease
    .transaction(async (tx, before) => {
      const failures = before.failures + 1;
      const [sync] = await tx
        .update(mailSyncs)
        .set({
          phase: "error",
          failures,
          progressDone: null,
          progressTotal: null,
          lastError: { code, message, at: new Date().toISOString() },
          retryAt: new Date(Date.now() + delayAfter(failures)).toISOString(),
        })
        .where(ofAccount(lease.mirror))
        .returning();
      if (code === "MAILBOX_AUTH_FAILED") {
        await tx
          .update(mailAccounts)
          .set({ status: "auth_failed" })
          .where(and(eq(mailAccounts.organizationId, organizationId), eq(mailAccounts.id, mailAccountId)));
      }
      if (sync) await emitEvents(tx, lease.mirror, [{ type: "sync.failed", data: toSyncStatus(sync) }]);
    })
    .catch((lost: unknown) => dependencies.logger.warn({ err: lost }, "a failed sync could not be written down"));
}
