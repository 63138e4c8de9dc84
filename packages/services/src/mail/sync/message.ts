import { type emails, newId, type StoredAttachment } from "@crm/db";
import type { Email, EmailAddress, GetEmailsArgs } from "@crm/jmap";
import type { MailAddress } from "@crm/schemas";
import { textOfHtml } from "../bodies/text-of-html.ts";
import { cleanText, toInstant } from "./clean.ts";
import { peopleOf } from "./people.ts";

/** Octets of one body part that are asked for; what is longer is cut by the server (RFC 8621 §4.1.4). */
export const MAX_BODY_BYTES = 1_048_576;
const PREVIEW_LENGTH = 256;

const MESSAGE_PROPERTIES = [
  "id",
  "threadId",
  "keywords",
  "size",
  "receivedAt",
  "messageId",
  "inReplyTo",
  "references",
  "from",
  "to",
  "cc",
  "bcc",
  "subject",
  "preview",
  "hasAttachment",
  "bodyValues",
  "textBody",
  "htmlBody",
  "attachments",
] as const;

/** How a message with its bodies is asked for (RFC 8621 §4.2). */
export const MESSAGE_ARGUMENTS = {
  properties: MESSAGE_PROPERTIES,
  bodyProperties: ["partId", "blobId", "size", "name", "type", "cid", "disposition"],
  fetchTextBodyValues: true,
  fetchHTMLBodyValues: true,
  maxBodyValueBytes: MAX_BODY_BYTES,
} satisfies Omit<GetEmailsArgs, "ids">;

/** What a message's row in `emails` says of it; whose it is comes with the mirror. */
export type MessageRow = Omit<
  typeof emails.$inferSelect,
  "organizationId" | "userId" | "mailAccountId" | "createdAt" | "updatedAt"
>;

/** A message on its way into the mirror, with everybody it names (lower case). */
export interface ReadMessage {
  row: MessageRow;
  addresses: string[];
}

/** Reads a message. Any field may be missing, null or empty: servers leave out what a message lacks. */
export function toMessage(email: Partial<Email> & { id: string }, own: ReadonlySet<string>): ReadMessage {
  return { row: toRow(email, own), addresses: peopleOf(email).map(({ address }) => address) };
}

function toRow(email: Partial<Email> & { id: string }, own: ReadonlySet<string>): MessageRow {
  const from = toAddresses(email.from);
  const html = bodyOf(email, "htmlBody", "text/html");
  const text = bodyOf(email, "textBody", "text/plain") ?? (html === null ? "" : textOfHtml(html));
  return {
    id: newId(),
    jmapId: email.id,
    threadId: email.threadId ?? email.id,
    messageId: cleaned(email.messageId?.[0]),
    inReplyTo: cleaned(email.inReplyTo?.at(-1)),
    references: (email.references ?? []).map(cleanText),
    from,
    to: toAddresses(email.to),
    cc: toAddresses(email.cc),
    bcc: toAddresses(email.bcc),
    subject: cleanText(email.subject ?? ""),
    preview: previewOf(email, text),
    bodyText: text,
    bodyHtml: html,
    isRead: email.keywords?.$seen === true,
    isFlagged: email.keywords?.$flagged === true,
    outbound: own.has(from[0]?.email.toLowerCase() ?? ""),
    attachments: attachmentsOf(email),
    hasAttachment: email.hasAttachment === true,
    size: Math.min(Math.max(0, Math.trunc(email.size ?? 0)), 2 ** 31 - 1),
    receivedAt: toInstant(email.receivedAt),
  };
}

const cleaned = (value: string | null | undefined): string | null => (value ? cleanText(value) : null);

/** Some servers show the markup of a message that has HTML alone, or nothing; then the text serves. */
function previewOf(email: Partial<Email>, text: string): string {
  const preview = cleanText(email.preview ?? "").trim();
  return preview !== "" && !preview.startsWith("<")
    ? preview
    : text.replace(/\s+/g, " ").trim().slice(0, PREVIEW_LENGTH);
}

const toAddresses = (addresses: readonly EmailAddress[] | null | undefined): MailAddress[] =>
  (addresses ?? []).flatMap(({ name, email }) =>
    email ? [{ name: cleaned(name), email: cleanText(email).trim() }] : [],
  );

/** The text of a body's parts of one type, or null when it has none of it. */
function bodyOf(email: Partial<Email>, body: "textBody" | "htmlBody", type: string): string | null {
  const values = (email[body] ?? [])
    .filter((part) => part.type === type && part.partId)
    .map((part) => email.bodyValues?.[part.partId ?? ""]?.value ?? "");
  return values.length === 0 ? null : cleanText(values.join("\n").slice(0, MAX_BODY_BYTES));
}

/** Pictures among the text are no attachments to JMAP (RFC 8621 §4.1.4), but neither are they text. */
function attachmentsOf({ attachments, textBody, htmlBody }: Partial<Email>): StoredAttachment[] {
  const amongText = [...(textBody ?? []), ...(htmlBody ?? [])].filter(({ type }) => !type?.startsWith("text/"));
  const stored = [...(attachments ?? []), ...amongText].flatMap(toAttachment);
  return [...new Map(stored.map((attachment) => [attachment.blobId, attachment])).values()];
}

function toAttachment(part: Partial<NonNullable<Email["attachments"]>[number]>): StoredAttachment[] {
  if (!part.blobId) return [];
  const { blobId, name, type, size, cid } = part;
  return [
    {
      blobId,
      name: cleaned(name),
      type: cleanText(type ?? "application/octet-stream"),
      size: size ?? 0,
      cid: cleaned(cid),
    },
  ];
}
