import { emails, type Transaction } from "@crm/db";
import type { MailAddress } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import { rowsAs } from "../../rows.ts";
import type { MirrorKey } from "./lease.ts";

/** People shown of a thread; the rest of a crowd adds nothing. */
const MAX_PARTICIPANTS = 50;

/** Makes the thread rows anew from the mail that is there; a thread without mail goes. */
export async function recountThreads(tx: Transaction, mirror: MirrorKey, threadIds: Iterable<string>): Promise<void> {
  const ids = [...new Set(threadIds)];
  if (ids.length === 0) return;
  const threads = byThread(await selectMail(tx, mirror, ids));
  const { organizationId, mailAccountId, userId } = mirror;
  await tx.execute(sql`
    INSERT INTO email_threads (organization_id, mail_account_id, thread_id, user_id, subject, preview, participants,
                               contact_ids, message_count, unread_count, last_email_at)
    SELECT ${organizationId}::uuid, ${mailAccountId}::uuid, r.thread_id, ${userId}::uuid, r.subject, r.preview,
           r.participants, r.contact_ids, r.message_count, r.unread_count, r.last_email_at
    FROM ${rowsAs([...threads].map(toRow), "thread_id text, subject text, preview text, participants jsonb, contact_ids uuid[], message_count int, unread_count int, last_email_at timestamptz")}
    ON CONFLICT (organization_id, mail_account_id, thread_id) DO UPDATE
    SET subject = excluded.subject, preview = excluded.preview, participants = excluded.participants,
        contact_ids = excluded.contact_ids, message_count = excluded.message_count,
        unread_count = excluded.unread_count, last_email_at = excluded.last_email_at`);
  const gone = ids.filter((id) => !threads.has(id));
  if (gone.length === 0) return;
  await tx.execute(sql`
    DELETE FROM email_threads
    WHERE organization_id = ${organizationId} AND mail_account_id = ${mailAccountId}
      AND thread_id = ANY (${sql.param(gone)}::text[])`);
}

type Mail = Awaited<ReturnType<typeof selectMail>>[number];

/** Oldest first. */
function selectMail(tx: Transaction, { organizationId, userId }: MirrorKey, threadIds: readonly string[]) {
  return tx
    .select({
      threadId: emails.threadId,
      subject: emails.subject,
      preview: emails.preview,
      isRead: emails.isRead,
      receivedAt: emails.receivedAt,
      from: emails.from,
      to: emails.to,
      cc: emails.cc,
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

function byThread(mail: readonly Mail[]): Map<string, Mail[]> {
  const threads = new Map<string, Mail[]>();
  for (const one of mail) {
    const thread = threads.get(one.threadId);
    if (thread) thread.push(one);
    else threads.set(one.threadId, [one]);
  }
  return threads;
}

/** The subject is that of the first message; preview and date are those of the last. */
function toRow([threadId, mail]: [string, Mail[]]): object {
  const last = mail.at(-1);
  return {
    thread_id: threadId,
    subject: mail[0]?.subject,
    preview: last?.preview,
    participants: participantsOf(mail),
    contact_ids: [...new Set(mail.flatMap(({ contactIds }) => contactIds))],
    message_count: mail.length,
    unread_count: mail.filter(({ isRead }) => !isRead).length,
    last_email_at: last?.receivedAt,
  };
}

/** Each address once, in the order in which they came in. */
function participantsOf(mail: readonly Mail[]): MailAddress[] {
  const people = new Map<string, MailAddress>();
  for (const { from, to, cc } of mail) {
    for (const person of [...from, ...to, ...cc]) {
      const address = person.email.toLowerCase();
      if (!people.has(address)) people.set(address, person);
      if (people.size === MAX_PARTICIPANTS) return [...people.values()];
    }
  }
  return [...people.values()];
}

/** The same for the threads that some mirrored messages are in. */
export async function recountThreadsOf(tx: Transaction, mirror: MirrorKey, emailIds: readonly string[]): Promise<void> {
  if (emailIds.length === 0) return;
  const { rows } = await tx.execute<{ thread_id: string }>(sql`
    SELECT DISTINCT thread_id FROM emails
    WHERE organization_id = ${mirror.organizationId} AND id = ANY (${sql.param([...emailIds])}::uuid[])`);
  await recountThreads(
    tx,
    mirror,
    rows.map((row) => row.thread_id),
  );
}
