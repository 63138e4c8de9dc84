import { type Database, emails, type StoredAttachment, type Transaction } from "@crm/db";
import type { Email, EmailSummary } from "@crm/schemas";
import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import { sanitizeBody } from "./sanitize-body.ts";

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

const BODY_COLUMNS = { ...SUMMARY_COLUMNS, bodyText: emails.bodyText, bodyHtml: emails.bodyHtml };

type SummaryRow = Omit<EmailSummary, "date" | "direction" | "attachments"> & {
  outbound: boolean;
  attachments: StoredAttachment[];
  receivedAt: string;
};
type BodyRow = SummaryRow & { bodyText: string; bodyHtml: string | null };

/** JMAP gives Message-IDs without their angle brackets; everybody else writes them with. */
const inBrackets = (messageId: string | null) => (messageId === null ? null : `<${messageId}>`);

function toSummary({ outbound, attachments, receivedAt, messageId, inReplyTo, ...row }: SummaryRow): EmailSummary {
  return {
    ...row,
    messageId: inBrackets(messageId),
    inReplyTo: inBrackets(inReplyTo),
    direction: outbound ? "outbound" : "inbound",
    attachments: attachments.map(({ blobId, name, type, size }) => ({ blobId, name, type, size })),
    date: receivedAt,
  };
}

function toEmail({ bodyText, bodyHtml, ...row }: BodyRow): Email {
  const html = bodyHtml === null ? null : sanitizeBody(bodyHtml, row);
  return { ...toSummary(row), body: bodyText, bodyHtml: html };
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

/** One's messages with bodies, oldest first. */
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
    .orderBy(emails.receivedAt, emails.id)
    .limit(limit);
  return rows.map(toEmail);
}
