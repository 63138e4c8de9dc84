import { mailAccounts } from "@crm/db";
import { eq } from "drizzle-orm";
import type { Dependencies } from "../../dependencies.ts";
import type { MailboxDifference } from "./difference.ts";
import { reconcileMailbox } from "./reconcile-mailbox.ts";

/** Looks over every mirror, one after the other, and heals what differs; the log says what that was. Run every night. */
export async function reconcileAllMailboxes(
  dependencies: Dependencies,
  { signal = dependencies.background.signal }: { signal?: AbortSignal } = {},
): Promise<void> {
  const { db, logger } = dependencies;
  const accounts = await db.select().from(mailAccounts).where(eq(mailAccounts.status, "active"));
  for (const account of accounts) {
    if (signal.aborted) return;
    const { organizationId, id: mailAccountId } = account;
    try {
      const outcome = await reconcileMailbox(dependencies, account, { heal: true, signal });
      if (outcome.status === "busy" || outcome.differences.length === 0) continue;
      const found = countKinds(outcome.differences);
      logger.warn({ organizationId, mailAccountId, found }, "a mirror differed from its mailbox and was healed");
    } catch (error) {
      logger.warn({ err: error, organizationId, mailAccountId }, "a mirror could not be compared with its mailbox");
    }
  }
}

/** How many differences there are of each kind. */
export function countKinds(differences: readonly MailboxDifference[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of differences) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
