import { mailAccounts, mailSyncs } from "@crm/db";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import PQueue from "p-queue";
import type { Dependencies } from "../../dependencies.ts";
import { syncAccount } from "./sync-account.ts";

const ACCOUNTS_AT_A_TIME = 4;

/**
 * Syncs every account that nobody is syncing and that is not to be left alone for a while after a failure. What goes
 * wrong with one is written down there and stops no other.
 *
 * @returns how many were synced
 */
export async function syncDueAccounts(
  dependencies: Dependencies,
  { signal = dependencies.background.signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  const now = sql`now()`;
  const due = await dependencies.db
    .select({
      organizationId: mailAccounts.organizationId,
      mailAccountId: mailAccounts.id,
      userId: mailAccounts.userId,
    })
    .from(mailAccounts)
    .innerJoin(
      mailSyncs,
      and(eq(mailSyncs.organizationId, mailAccounts.organizationId), eq(mailSyncs.mailAccountId, mailAccounts.id)),
    )
    .where(
      and(
        or(isNull(mailSyncs.leaseHolder), lt(mailSyncs.leaseUntil, now)),
        or(isNull(mailSyncs.retryAt), lt(mailSyncs.retryAt, now)),
      ),
    );
  let synced = 0;
  const queue = new PQueue({ concurrency: ACCOUNTS_AT_A_TIME });
  await queue.addAll(
    due.map((mirror) => async () => {
      if (signal.aborted) return;
      try {
        if ((await syncAccount(dependencies, mirror, signal)).status === "completed") synced++;
      } catch (error) {
        dependencies.logger.debug({ err: error, ...mirror }, "a scheduled sync failed");
      }
    }),
  );
  return synced;
}
