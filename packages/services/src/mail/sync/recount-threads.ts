import { emails, type Transaction } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import type { MirrorKey } from "./lease.ts";
import { sumUp } from "./thread-summary.ts";
import { writeThreads } from "./write-threads.ts";

/** Makes the thread rows anew from the mail that is there; a thread without mail goes. */
export async function recountThreads(tx: Transaction, mirror: MirrorKey, threadIds: Iterable<string>): Promise<void> {
  const ids = [...new Set(threadIds)];
  if (ids.length === 0) return;
  const threads = sumUp(await selectMail(tx, mirror, ids));
  await writeThreads(tx, mirror, threads);
  const present = new Set(threads.map(({ threadId }) => threadId));
  const gone = ids.filter((id) => !present.has(id));
  if (gone.length === 0) return;
  await tx.execute(sql`
    DELETE FROM email_threads
    WHERE organization_id = ${mirror.organizationId} AND mail_account_id = ${mirror.mailAccountId}
      AND thread_id = ANY (${sql.param(gone)}::text[])`);
}

/** Oldest first. */
function selectMail(tx: Transaction, { organizationId, userId }: MirrorKey, threadIds: readonly string[]) {
  return tx
    .select({
      row: {
        threadId: emails.threadId,
        subject: emails.subject,
        preview: emails.preview,
        isRead: emails.isRead,
        receivedAt: emails.receivedAt,
        from: emails.from,
        to: emails.to,
        cc: emails.cc,
      },
      contactIds: sql<string[]>`ARRAY(SELECT l.contact_id FROM email_contacts l
        WHERE l.organization_id = emails.organization_id AND l.email_id = emails.id)`,
    })
    .from(emails)
    .where(
      and(
        eq(emails.organizationId, organizationId),
        eq(emails.userId, userId),
        sql`${emails.threadId} = ANY (${sql.param([...threadIds])}::text[])`,
      ),
    )
    .orderBy(emails.receivedAt, emails.id);
}
