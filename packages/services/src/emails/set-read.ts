import type { Transaction } from "@crm/db";
import { setEmails } from "@crm/jmap";
import type { EmailSummary } from "@crm/schemas";
import { inArray, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { inTurn } from "../mail/in-turn.ts";
import { getOwnMailAccount, type MailAccountRow, mirrorOf } from "../mail/mail-account.ts";
import { toServiceError } from "../mail/mail-errors.ts";
import { openMailbox } from "../mail/open-mailbox.ts";
import { changeFlags } from "../mail/sync/change-flags.ts";
import { chunk } from "../mail/sync/chunk.ts";
import { lockMirror } from "../mail/sync/lease.ts";
import { tellRead } from "../mail/tell-read.ts";
import { selectEmailSummaries } from "./email-view.ts";

/**
 * Sets `$seen` (RFC 8621 §4.1.1) at the mail server, then here: were it the other way round and the server away, the
 * two would differ. Messages that are gone at the server are left to the next sync.
 *
 * @returns how many changed
 */
export async function setRead(
  dependencies: Dependencies,
  actor: Actor,
  messages: readonly EmailSummary[],
  isRead: boolean,
): Promise<number> {
  if (messages.length === 0) return 0;
  const account = await getOwnMailAccount(dependencies.db, actor);
  const refused = await setAtServer(dependencies, account, messages, isRead);
  const accepted = messages.filter(({ jmapId }) => !refused.has(jmapId));
  if (accepted.length === 0)
    throw new ServiceError("NOT_FOUND", { message: "The mail server has no such message any more." });

  const mirror = mirrorOf(account);
  const ids = accepted.map(({ jmapId }) => jmapId);
  const emailIds = accepted.map(({ id }) => id);
  const write = async (tx: Transaction) => {
    await lockMirror(tx, mirror);
    await tx.execute(sql`
      UPDATE mailbox_messages SET is_read = ${isRead}
      WHERE organization_id = ${mirror.organizationId} AND mail_account_id = ${mirror.mailAccountId}
        AND jmap_id = ANY (${sql.param(ids)}::text[])`);
    const present = await selectEmailSummaries(tx, actor, (email) => inArray(email.id, emailIds), emailIds.length);
    const flags = present.map(({ jmapId, isFlagged }) => ({ jmapId, isRead, isFlagged }));
    const { changed, turned } = await changeFlags(tx, mirror, flags);
    await recordAudit(tx, actor, {
      organizationId: actor.organizationId,
      userId: actor.userId,
      username: actor.username,
      action: "email.mark_read",
      resource: "email",
      resourceId: ids.length === 1 ? (ids[0] ?? null) : null,
      oldValue: { isRead: !isRead },
      newValue: { isRead, jmapIds: ids },
    });
    await tellRead(tx, actor, turned);
    return changed;
  };
  return inTurn(dependencies.db, actor.userId, () => dependencies.db.transaction(write));
}

/** @returns the ids that the server would not change */
async function setAtServer(
  dependencies: Dependencies,
  account: MailAccountRow,
  messages: readonly EmailSummary[],
  isRead: boolean,
): Promise<ReadonlySet<string>> {
  try {
    const client = await openMailbox(dependencies, account);
    const refused = new Set<string>();
    for (const batch of chunk(messages, client.limits.maxObjectsInSet)) {
      const patch = { "keywords/$seen": isRead ? true : null };
      const { errors } = await setEmails(
        client,
        {
          update: Object.fromEntries(batch.map(({ jmapId }) => [jmapId, patch])),
        },
        { retry: true },
      );
      for (const { id } of errors) refused.add(id);
    }
    return refused;
  } catch (error) {
    throw toServiceError(error);
  }
}
