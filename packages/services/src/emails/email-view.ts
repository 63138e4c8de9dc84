import { setImmediate as yieldToOthers } from "node:timers/promises";
import { type Database, emails, type StoredAttachment, type Transaction } from "@crm/db";
import type { Email, EmailSummary } from "@crm/schemas";
import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import { sanitizeBody } from "../mail/bodies/sanitize-body.ts";

interface Owner {
  organizationId: string;
  userId: string;
}

const SUMMARY_COLUMNS = {
  id: emails.id,
  jmapId: emails.jmapId,
  messageId: emails.messageId,
  threadId: emails.threadId,
  inReplyTo: emails.inReplyTo,
  contactIds: sql<string[]>`ARRAY(SELECT l.contact_id FROM email_contacts l
    WHERE l.organization_id = emails.organization_id AND l.email_id = emails.id ORDER BY l.contact_id)`,
  from: emails.from,
  to: emails.to,
  cc: emails.cc,
  subject: emails.subject,
  preview: emails.preview,
  isRead: emails.isRead,
  isFlagged: emails.isFlagged,
  outbound: emails.outbound,
  hasAttachment: emails.hasAttachment,
  attachments: emails.attachments,
  receivedAt: emails.receivedAt,
  createdAt: emails.createdAt,
};

/** Octets of bodies in one answer; a thread of many long messages comes with those of the newest. */
const MAX_BODIES = 16 * 1_048_576;
const OMITTED = "This message is too long to be shown together with its thread. Open it by itself.";

const withinBounds = (column: typeof emails.bodyText | typeof emails.bodyHtml) =>
  sql<string | null>`CASE WHEN sum(octet_length(emails.body_text) + coalesce(octet_length(emails.body_html), 0))
    OVER (ORDER BY emails.received_at DESC, emails.id DESC) <= ${MAX_BODIES} THEN ${column} END`;
const BODY_COLUMNS = {
  ...SUMMARY_COLUMNS,
  bodyText: withinBounds(emails.bodyText),
  bodyHtml: withinBounds(emails.bodyHtml),
};

type SummaryRow = Omit<EmailSummary, "date" | "direction" | "attachments"> & {
  outbound: boolean;
  attachments: StoredAttachment[];
  receivedAt: string;
};
type BodyRow = SummaryRow & { bodyText: string | null; bodyHtml: string | null };

/** JMAP gives Message-IDs without their angle brackets; everybody else writes them with. */
const inBrackets = (messageId: string | null) => (messageId === null ? null : `<${messageId}>`);

/** Field by field: objects of "the rest" of a row are dictionaries to V8; a page of them tripled the time of its slowest reads. */
const toSummary = (row: SummaryRow): EmailSummary => ({
  id: row.id,
  jmapId: row.jmapId,
  messageId: inBrackets(row.messageId),
  threadId: row.threadId,
  inReplyTo: inBrackets(row.inReplyTo),
  contactIds: row.contactIds,
  from: row.from,
  to: row.to,
  cc: row.cc,
  subject: row.subject,
  preview: row.preview,
  isRead: row.isRead,
  isFlagged: row.isFlagged,
  direction: row.outbound ? "outbound" : "inbound",
  hasAttachment: row.hasAttachment,
  attachments: row.attachments.map(({ blobId, name, type, size }) => ({ blobId, name, type, size })),
  date: row.receivedAt,
  createdAt: row.createdAt,
});

function toEmail(row: BodyRow): Email {
  const { bodyText, bodyHtml } = row;
  const html = bodyHtml === null ? null : sanitizeBody(bodyHtml, row);
  return Object.assign(toSummary(row), { body: bodyText ?? OMITTED, bodyHtml: html });
}

type Condition = (table: typeof emails) => SQL | undefined;

const owned = ({ organizationId, userId }: Owner, condition: Condition) =>
  and(eq(emails.organizationId, organizationId), eq(emails.userId, userId), condition(emails));

/** One's messages without bodies, newest first. */
export async function selectEmailSummaries(
  db: Database | Transaction,
  owner: Owner,
  condition: Condition,
  limit = 1000,
): Promise<EmailSummary[]> {
  const rows = await db
    .select(SUMMARY_COLUMNS)
    .from(emails)
    .where(owned(owner, condition))
    .orderBy(desc(emails.receivedAt), desc(emails.id))
    .limit(limit);
  return rows.map(toSummary);
}

/** One's messages with bodies, oldest first; of more than `limit`, the newest. */
export async function selectEmails(
  db: Database | Transaction,
  owner: Owner,
  condition: Condition,
  limit = 1000,
): Promise<Email[]> {
  const rows = await db
    .select(BODY_COLUMNS)
    .from(emails)
    .where(owned(owner, condition))
    .orderBy(desc(emails.receivedAt), desc(emails.id))
    .limit(limit);
  const found: Email[] = [];
  for (const row of rows.reverse()) {
    // Sanitizing keeps the process busy: other requests have their turn between two messages.
    if (found.length > 0 && row.bodyHtml !== null) await yieldToOthers();
    found.push(toEmail(row));
  }
  return found;
}
