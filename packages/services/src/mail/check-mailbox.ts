import type { Administrator } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { getOwnMailAccount } from "./mail-account.ts";
import { toServiceError } from "./mail-errors.ts";
import { countKinds } from "./reconcile/reconcile-all-mailboxes.ts";
import { type Reconciliation, reconcileMailbox } from "./reconcile/reconcile-mailbox.ts";
import type { ReconcileOptions } from "./reconcile/reconcile-messages.ts";

export interface CheckMailboxInput extends ReconcileOptions {
  userId: string;
}

/**
 * Compares a user's mirror with their mailbox. For whoever runs the installation: no request of a user leads here.
 * @throws ServiceError MAILBOX_NOT_LINKED, MAILBOX_AUTH_FAILED, MAIL_SERVER_UNAVAILABLE
 */
export async function checkMailbox(
  dependencies: Dependencies,
  operator: Administrator,
  { userId, ...options }: CheckMailboxInput,
): Promise<Reconciliation> {
  const { organizationId, username } = operator;
  const account = await getOwnMailAccount(dependencies.db, { organizationId, userId });
  const entry = {
    ...{ organizationId, userId: null, username },
    action: "mail.check",
    resource: "mail_account",
    resourceId: account.id,
  } as const;
  try {
    const outcome = await reconcileMailbox(dependencies, account, options);
    const found = outcome.status === "completed" ? countKinds(outcome.differences) : null;
    const newValue = { heal: options.heal, status: outcome.status, found };
    await recordAudit(dependencies.db, operator, { ...entry, newValue });
    return outcome;
  } catch (error) {
    const failure = toServiceError(error);
    const errorMessage = failure instanceof Error ? failure.message : "the check failed";
    await recordAudit(dependencies.db, operator, { ...entry, errorMessage });
    throw failure;
  }
}
