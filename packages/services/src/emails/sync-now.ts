import { setTimeout as wait } from "node:timers/promises";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { getOwnMailAccount } from "../mail/mail-account.ts";
import { toServiceError } from "../mail/mail-errors.ts";
import { startSync } from "../mail/sync/start-sync.ts";
import type { SyncCounts } from "../mail/sync/sync-run.ts";

/** How long the caller is kept waiting, in milliseconds; the sync itself goes on. */
const PATIENCE = 10_000;

export type SyncAnswer = ({ status: "completed" } & SyncCounts) | { status: "running" };

/**
 * Brings one's mirror up to date. `running` when it takes longer, or when somebody is at it already.
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
  const patience = new AbortController();
  const running = wait(PATIENCE, { status: "busy" as const }, { signal: patience.signal });
  try {
    const outcome = await Promise.race([startSync(dependencies, account), running]);
    await recordAudit(dependencies.db, actor, { ...entry, newValue: outcome });
    return outcome.status === "busy" ? { status: "running" } : outcome;
  } catch (error) {
    const failure = toServiceError(error);
    const errorMessage = failure instanceof Error ? failure.message : "the sync failed";
    await recordAudit(dependencies.db, actor, { ...entry, errorMessage });
    throw failure;
  } finally {
    running.catch(() => {});
    patience.abort();
  }
}
