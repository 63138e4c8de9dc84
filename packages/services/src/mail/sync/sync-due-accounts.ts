import { setTimeout as wait } from "node:timers/promises";
import { type Database, mailAccounts, mailSyncs } from "@crm/db";
import { and, eq, isNotNull, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import PQueue from "p-queue";
import type { Dependencies } from "../../dependencies.ts";
import { LEASE_MILLISECONDS, type MirrorKey } from "./lease.ts";
import { syncAccount } from "./sync-account.ts";

const ACCOUNTS_AT_A_TIME = 4;

const now = sql`now()`;
const isHeld = isNotNull(mailSyncs.leaseHolder);
const isAbandoned = and(isHeld, lt(mailSyncs.leaseUntil, now));
const isFree = or(isNull(mailSyncs.leaseHolder), isAbandoned);

/**
 * Syncs every account that nobody is syncing and that is not to be left alone for a while after a failure. What goes
 * wrong with one is written down there and stops no other. Run every minute, it takes over from a process that died
 * within one: for accounts that somebody holds, it waits until a dead holder's lease has run out and looks again.
 *
 * @returns how many were synced
 */
export async function syncDueAccounts(
  dependencies: Dependencies,
  { signal = dependencies.background.signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  const { db } = dependencies;
  const synced = await syncAll(dependencies, await selectDue(db, isFree), signal);
  if ((await selectDue(db, isHeld)).length === 0) return synced;
  // An abort ends the wait, and then there is nothing more to do.
  await wait(LEASE_MILLISECONDS, undefined, { signal }).catch(() => {});
  return signal.aborted ? synced : synced + (await syncAll(dependencies, await selectDue(db, isAbandoned), signal));
}

function selectDue(db: Database, condition: SQL | undefined): Promise<MirrorKey[]> {
  return db
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
    .where(and(condition, or(isNull(mailSyncs.retryAt), lt(mailSyncs.retryAt, now))));
}

async function syncAll(dependencies: Dependencies, due: readonly MirrorKey[], signal: AbortSignal): Promise<number> {
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
