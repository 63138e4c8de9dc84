import { setTimeout as wait } from "node:timers/promises";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { getOwnMailAccount, type MailAccountRow } from "../mail/mail-account.ts";
import { toServiceError } from "../mail/mail-errors.ts";
import { startSync } from "../mail/sync/start-sync.ts";
import type { SyncCounts } from "../mail/sync/sync-run.ts";

/** How long the caller is kept waiting, and how often it is looked whether another sync is over, in milliseconds. */
const PATIENCE = 10_000;
const INTERVAL = 100;

export type SyncAnswer = ({ status: "completed" } & SyncCounts) | { status: "running" };

/**
 * Brings one's mirror up to date. A sync that is running already is waited for first, since it may have begun before
 * what the caller wants to see. `running` when all that takes longer than a moment; it goes on by itself.
 * @throws ServiceError MAILBOX_NOT_LINKED, MAILBOX_AUTH_FAILED, MAIL_SERVER_UNAVAILABLE
 */
export async function syncNow(dependencies: Dependencies, actor: Actor): Promise<SyncAnswer> {
  const account = await getOwnMailAccount(dependencies.db, actor);
  const entry = {
    organizationId: actor.organizationId,
    userId: actor.userId,
    username: actor.username,
    action: "mail.sync",
    resource: "mail_account",
    resourceId: account.id,
  } as const;
  try {
    const answer = await syncWithPatience(dependencies, account);
    await recordAudit(dependencies.db, actor, { ...entry, newValue: answer });
    return answer;
  } catch (error) {
    const failure = toServiceError(error);
    const errorMessage = failure instanceof Error ? failure.message : "the sync failed";
    await recordAudit(dependencies.db, actor, { ...entry, errorMessage });
    throw failure;
  }
}

async function syncWithPatience(dependencies: Dependencies, account: MailAccountRow): Promise<SyncAnswer> {
  const over = new AbortController();
  const running = { status: "running" } as const;
  const patience = wait(PATIENCE, running, { signal: over.signal });
  patience.catch(() => {});
  try {
    for (;;) {
      const outcome = await Promise.race([startSync(dependencies, account), patience]);
      if (outcome.status !== "busy") return outcome;
      // Nobody holds the sync of an account that was unlinked meanwhile either.
      await getOwnMailAccount(dependencies.db, account);
      if ((await Promise.race([wait(INTERVAL), patience])) === running) return running;
    }
  } finally {
    over.abort();
  }
}
