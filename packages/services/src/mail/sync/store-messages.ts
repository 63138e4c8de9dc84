import type { Transaction } from "@crm/db";
import { inArray, sql } from "drizzle-orm";
import { selectEmailSummaries } from "../../emails/email-view.ts";
import { emitEvents } from "../../events/emit-event.ts";
import { rowsAs } from "../../rows.ts";
import { addToThreads } from "./add-to-threads.ts";
import { findContacts } from "./find-contacts.ts";
import type { MirrorKey } from "./lease.ts";
import { linkContacts } from "./link-contacts.ts";
import type { ReadMessage } from "./message.ts";

const COLUMNS = `id uuid, jmap_id text, thread_id text, message_id text, in_reply_to text, "references" text[],
  "from" jsonb, "to" jsonb, cc jsonb, bcc jsonb, subject text, preview text, body_text text, body_html text,
  is_read boolean, is_flagged boolean, outbound boolean, attachments jsonb, has_attachment boolean, size int,
  received_at timestamptz`;

/**
 * Stores messages of contacts and takes them off the queue. A message whose contacts are gone by now, or that is
 * here already, is only taken off.
 *
 * @returns the ids of the messages stored
 */
export async function storeMessages(
  tx: Transaction,
  mirror: MirrorKey,
  messages: readonly ReadMessage[],
): Promise<string[]> {
  if (messages.length === 0) return [];
  const contacts = await findContacts(
    tx,
    mirror,
    messages.flatMap(({ addresses }) => addresses),
  );
  const wanted = messages.filter(({ addresses }) => addresses.some((address) => contacts.has(address)));
  const stored = await insertEmails(tx, mirror, wanted);
  const news = await takeOffQueue(tx, mirror, messages);
  if (stored.length === 0) return [];

  const idByJmapId = new Map(stored.map((row) => [row.jmap_id, row.id]));
  const added = wanted.flatMap(({ row, addresses }) => {
    const emailId = idByJmapId.get(row.jmap_id);
    const contactIds = [...new Set(addresses.flatMap((address) => contacts.get(address) ?? []))];
    return emailId === undefined ? [] : [{ emailId, contactIds, row }];
  });
  await linkContacts(
    tx,
    mirror,
    added.flatMap(({ emailId, contactIds }) => contactIds.map((contactId) => ({ contactId, emailId }))),
  );
  await addToThreads(
    tx,
    mirror,
    added.map(({ contactIds, row }) => ({
      ...row,
      threadId: row.thread_id,
      isRead: row.is_read,
      receivedAt: row.received_at,
      contactIds,
    })),
  );
  const ids = stored.map((row) => row.id);
  await tx.execute(sql`
    INSERT INTO email_search_queue (organization_id, email_id)
    SELECT ${mirror.organizationId}::uuid, unnest(${sql.param(ids)}::uuid[])`);
  await tellNews(
    tx,
    mirror,
    stored.filter((row) => news.has(row.jmap_id)).map((row) => row.id),
  );
  return ids;
}

interface StoredRow extends Record<string, unknown> {
  id: string;
  jmap_id: string;
  thread_id: string;
}

async function insertEmails(
  tx: Transaction,
  { organizationId, mailAccountId, userId }: MirrorKey,
  messages: readonly ReadMessage[],
): Promise<StoredRow[]> {
  if (messages.length === 0) return [];
  const rows = messages.map(({ row }) => row);
  const stored = await tx.execute<StoredRow>(sql`
    INSERT INTO emails (organization_id, user_id, mail_account_id, id, jmap_id, thread_id, message_id, in_reply_to,
                        "references", "from", "to", cc, bcc, subject, preview, body_text, body_html, is_read,
                        is_flagged, outbound, attachments, has_attachment, size, received_at)
    SELECT ${organizationId}::uuid, ${userId}::uuid, ${mailAccountId}::uuid, r.id, r.jmap_id, r.thread_id,
           r.message_id, r.in_reply_to, r."references", r."from", r."to", r.cc, r.bcc, r.subject, r.preview,
           r.body_text, r.body_html, r.is_read, r.is_flagged, r.outbound, r.attachments, r.has_attachment, r.size,
           r.received_at
    FROM ${rowsAs(rows, COLUMNS)}
    ON CONFLICT (organization_id, mail_account_id, jmap_id) DO NOTHING
    RETURNING id, jmap_id, thread_id`);
  return stored.rows;
}

/** @returns the JMAP ids of those that are news */
async function takeOffQueue(
  tx: Transaction,
  { organizationId, mailAccountId }: MirrorKey,
  messages: readonly ReadMessage[],
): Promise<ReadonlySet<string>> {
  const ids = sql.param(messages.map(({ row }) => row.jmap_id));
  const queued = await tx.execute<{ jmap_id: string; is_news: boolean }>(sql`
    DELETE FROM mirror_queue
    WHERE organization_id = ${organizationId} AND mail_account_id = ${mailAccountId} AND jmap_id = ANY (${ids}::text[])
    RETURNING jmap_id, is_news`);
  return new Set(queued.rows.filter((row) => row.is_news).map((row) => row.jmap_id));
}

async function tellNews(tx: Transaction, mirror: MirrorKey, emailIds: readonly string[]): Promise<void> {
  if (emailIds.length === 0) return;
  const summaries = await selectEmailSummaries(tx, mirror, (email) => inArray(email.id, [...emailIds]));
  await emitEvents(
    tx,
    mirror,
    summaries.map((data) => ({ type: data.direction === "outbound" ? "email.sent" : "email.received", data })),
  );
}
