import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Dependencies } from "../../dependencies.ts";
import type { MailAccountRow } from "../mail-account.ts";
import { claimWatches, releaseWatches } from "./claim-watches.ts";
import { watchMailbox } from "./watch-mailbox.ts";

export interface WatchMailboxesOptions {
  /** Ends the watching. */
  signal: AbortSignal;
  /** Milliseconds between two looks at which accounts there are. @default 5000 */
  interval?: number;
}

/** Milliseconds before a server that has no push, or that could not be watched, is asked again. */
const ASK_AGAIN = 900_000;

interface Watch {
  /** What the watch stands on; with another password or server it is begun anew. */
  basis: string;
  stop: AbortController;
  /** When it ended by itself, in milliseconds of the epoch. */
  endedAt: number | null;
}

const basisOf = (account: MailAccountRow) => `${account.address}\n${account.passwordEncrypted}\n${account.sessionUrl}`;

/**
 * Lets mail servers that can (RFC 8620 §7.3) tell of new mail, so that it is here within a moment. Accounts are
 * shared out among the processes that call this; those of a process that dies are taken over within half a minute.
 * The schedule goes on beside it, for servers without push and for what a push failed to tell.
 */
export async function watchMailboxes(
  dependencies: Dependencies,
  { signal, interval = 5_000 }: WatchMailboxesOptions,
): Promise<void> {
  const holder = randomUUID();
  const watches = new Map<string, Watch>();
  while (!signal.aborted) {
    try {
      reconcile(dependencies, watches, await claimWatches(dependencies.db, holder), signal);
    } catch (error) {
      dependencies.logger.warn({ err: error }, "mailboxes could not be claimed for watching");
    }
    await wait(interval, undefined, { signal }).catch(() => {});
  }
  for (const { stop } of watches.values()) stop.abort();
  await releaseWatches(dependencies.db, holder).catch(() => {});
}

/** Begins, ends and renews watches so that just the accounts are watched, each on what it stands on now. */
function reconcile(
  dependencies: Dependencies,
  watches: Map<string, Watch>,
  accounts: readonly MailAccountRow[],
  signal: AbortSignal,
): void {
  const present = new Map(accounts.map((account) => [account.id, account]));
  for (const [id, watch] of watches) {
    const account = present.get(id);
    const over = watch.endedAt !== null && Date.now() - watch.endedAt > ASK_AGAIN;
    if (account && basisOf(account) === watch.basis && !over) continue;
    watch.stop.abort();
    watches.delete(id);
  }
  for (const account of accounts) {
    if (!watches.has(account.id)) watches.set(account.id, begin(dependencies, account, signal));
  }
}

function begin(dependencies: Dependencies, account: MailAccountRow, signal: AbortSignal): Watch {
  const watch: Watch = { basis: basisOf(account), stop: new AbortController(), endedAt: null };
  const watching = watchMailbox(dependencies, account, AbortSignal.any([signal, watch.stop.signal]))
    .catch((error: unknown) => {
      // Why an account cannot be read is said by its syncs.
      dependencies.logger.debug({ err: error, mailAccountId: account.id }, "a mailbox could not be watched");
    })
    .then(() => {
      watch.endedAt = Date.now();
    });
  dependencies.background.run("watching a mailbox", watching);
  return watch;
}
