import type { Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import type { MirrorKey } from "./lease.ts";

/** People shown of a thread; the rest of a crowd adds nothing. */
const MAX_PARTICIPANTS = 50;

/** Makes the thread rows anew from the mail that is there; a thread without mail goes. */
export async function recountThreads(
  tx: Transaction,
  { organizationId, mailAccountId, userId }: MirrorKey,
  threadIds: Iterable<string>,
): Promise<void> {
  const ids = [...new Set(threadIds)];
  if (ids.length === 0) return;
  const counted = await tx.execute<{ thread_id: string }>(sql`
    WITH mail AS (
      SELECT e.id, e.thread_id, e.subject, e.preview, e.is_read, e.received_at, e."from", e."to", e.cc
      FROM emails e
      WHERE e.organization_id = ${organizationId} AND e.user_id = ${userId}
        AND e.thread_id = ANY (${sql.param(ids)}::text[])
    ), people AS (
      SELECT thread_id, jsonb_agg(person ORDER BY first_at, place) FILTER (WHERE nth <= ${MAX_PARTICIPANTS}) AS participants
      FROM (
        SELECT thread_id, person, first_at, place, row_number() OVER (PARTITION BY thread_id ORDER BY first_at, place) AS nth
        FROM (
          SELECT DISTINCT ON (mail.thread_id, lower(person ->> 'email'))
                 mail.thread_id, person, mail.received_at AS first_at, place
          FROM mail, jsonb_array_elements(mail."from" || mail."to" || mail.cc) WITH ORDINALITY AS p(person, place)
          ORDER BY mail.thread_id, lower(person ->> 'email'), mail.received_at, place
        ) once
      ) numbered
      GROUP BY thread_id
    ), links AS (
      SELECT mail.thread_id, array_agg(DISTINCT l.contact_id) AS contact_ids
      FROM mail JOIN email_contacts l ON l.organization_id = ${organizationId} AND l.email_id = mail.id
      GROUP BY mail.thread_id
    )
    INSERT INTO email_threads (organization_id, mail_account_id, thread_id, user_id, subject, preview, participants,
                               contact_ids, message_count, unread_count, last_email_at)
    SELECT ${organizationId}::uuid, ${mailAccountId}::uuid, mail.thread_id, ${userId}::uuid,
           (array_agg(mail.subject ORDER BY mail.received_at, mail.id))[1],
           (array_agg(mail.preview ORDER BY mail.received_at DESC, mail.id DESC))[1],
           coalesce((SELECT participants FROM people WHERE people.thread_id = mail.thread_id), '[]'),
           coalesce((SELECT contact_ids FROM links WHERE links.thread_id = mail.thread_id), '{}'),
           count(*), count(*) FILTER (WHERE NOT mail.is_read), max(mail.received_at)
    FROM mail GROUP BY mail.thread_id
    ON CONFLICT (organization_id, mail_account_id, thread_id) DO UPDATE
    SET subject = excluded.subject, preview = excluded.preview, participants = excluded.participants,
        contact_ids = excluded.contact_ids, message_count = excluded.message_count,
        unread_count = excluded.unread_count, last_email_at = excluded.last_email_at
    RETURNING thread_id`);
  const present = new Set(counted.rows.map((row) => row.thread_id));
  const gone = ids.filter((id) => !present.has(id));
  if (gone.length === 0) return;
  await tx.execute(sql`
    DELETE FROM email_threads
    WHERE organization_id = ${organizationId} AND mail_account_id = ${mailAccountId}
      AND thread_id = ANY (${sql.param(gone)}::text[])`);
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
