import { runPrepared, type Transaction } from "@crm/db";
import type { MirrorKey } from "./lease.ts";
import type { ThreadSummary } from "./thread-summary.ts";

const WRITE = `
  INSERT INTO email_threads (organization_id, mail_account_id, user_id, thread_id, subject, preview, participants,
                             contact_ids, message_count, unread_count, first_email_at, last_email_at)
  SELECT $1, $2, $3, r.thread_id, r.subject, r.preview, r.participants, r.contact_ids, r.message_count,
         r.unread_count, r.first_email_at, r.last_email_at
  FROM json_to_recordset($4) AS r (thread_id text, subject text, preview text, participants jsonb, contact_ids uuid[],
    message_count int, unread_count int, first_email_at timestamptz, last_email_at timestamptz)
  ON CONFLICT (organization_id, mail_account_id, thread_id) DO UPDATE
  SET subject = excluded.subject, preview = excluded.preview, participants = excluded.participants,
      contact_ids = excluded.contact_ids, message_count = excluded.message_count,
      unread_count = excluded.unread_count, first_email_at = excluded.first_email_at,
      last_email_at = excluded.last_email_at`;

/** Writes threads' rows as the summaries say, over what was there. */
export async function writeThreads(
  tx: Transaction,
  { organizationId, mailAccountId, userId }: MirrorKey,
  threads: readonly ThreadSummary[],
): Promise<void> {
  if (threads.length === 0) return;
  const rows = threads.map((thread) => ({
    thread_id: thread.threadId,
    subject: thread.subject,
    preview: thread.preview,
    participants: thread.participants,
    contact_ids: thread.contactIds,
    message_count: thread.messageCount,
    unread_count: thread.unreadCount,
    first_email_at: thread.firstEmailAt,
    last_email_at: thread.lastEmailAt,
  }));
  const values = [organizationId, mailAccountId, userId, JSON.stringify(rows)];
  await runPrepared(tx, { name: "write_threads", text: WRITE, values });
}
