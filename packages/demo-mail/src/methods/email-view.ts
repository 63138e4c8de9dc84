import { bodyListsOf } from "../mime/body-lists.ts";
import { contentSize } from "../mime/decode-content.ts";
import { asMessageIds } from "../mime/header-forms.ts";
import { headerOf, type MimePart } from "../mime/part.ts";
import { MethodError } from "../protocol/errors.ts";
import { partBlobId } from "../store/account.ts";
import type { StoredEmail } from "../store/stored-email.ts";
import { type BodyValueOptions, bodyValuesOf } from "./body-values.ts";
import { parseHeaderProperty, readHeader } from "./header-property.ts";

/** RFC 8621 §4.2: what comes when no properties are named. */
export const DEFAULT_EMAIL_PROPERTIES: readonly string[] = [
  "id",
  "blobId",
  "threadId",
  "mailboxIds",
  "keywords",
  "size",
  "receivedAt",
  "messageId",
  "inReplyTo",
  "references",
  "sender",
  "from",
  "to",
  "cc",
  "bcc",
  "replyTo",
  "subject",
  "sentAt",
  "hasAttachment",
  "preview",
  "bodyValues",
  "textBody",
  "htmlBody",
  "attachments",
];

export const DEFAULT_BODY_PROPERTIES: readonly string[] = [
  "partId",
  "blobId",
  "size",
  "name",
  "type",
  "charset",
  "disposition",
  "cid",
  "language",
  "location",
];

export interface EmailViewOptions extends BodyValueOptions {
  bodyProperties: readonly string[];
}

type Reader<T> = (item: T, options: EmailViewOptions) => unknown;

const messageIds =
  (header: string): Reader<StoredEmail> =>
  (email) => {
    const value = headerOf(email.root, header);
    return value === null ? null : asMessageIds(value);
  };

const EMAIL_READERS: Readonly<Record<string, Reader<StoredEmail>>> = {
  id: (email) => email.id,
  blobId: (email) => email.blobId,
  threadId: (email) => email.threadId,
  mailboxIds: (email) => trueFor(email.mailboxIds),
  keywords: (email) => trueFor(email.keywords),
  size: (email) => email.size,
  receivedAt: (email) => toUtcDate(email.receivedAt),
  headers: (email) => email.root.headers,
  messageId: messageIds("Message-ID"),
  inReplyTo: messageIds("In-Reply-To"),
  references: messageIds("References"),
  sender: (email) => email.addresses("Sender"),
  from: (email) => email.addresses("From"),
  to: (email) => email.addresses("To"),
  cc: (email) => email.addresses("Cc"),
  bcc: (email) => email.addresses("Bcc"),
  replyTo: (email) => email.addresses("Reply-To"),
  subject: (email) => email.subject,
  sentAt: (email) => email.sentAt,
  hasAttachment: (email) => email.hasAttachment,
  preview: (email) => email.preview,
  bodyValues: (email, options) => bodyValuesOf(email.root, options),
  textBody: (email, options) => bodyListsOf(email.root).textBody.map((part) => viewPart(email, part, options)),
  htmlBody: (email, options) => bodyListsOf(email.root).htmlBody.map((part) => viewPart(email, part, options)),
  attachments: (email, options) => bodyListsOf(email.root).attachments.map((part) => viewPart(email, part, options)),
  bodyStructure: (email, options) => viewStructure(email, email.root, options),
};

const PART_READERS: Readonly<Record<string, (part: MimePart, emailId: string) => unknown>> = {
  partId: (part) => part.partId,
  blobId: (part, emailId) => (part.partId === null ? null : partBlobId(emailId, part.partId)),
  size: contentSize,
  headers: (part) => part.headers,
  name: (part) => part.name,
  type: (part) => part.type,
  // RFC 8621 §4.1.4: text without a charset is us-ascii, anything else has none.
  charset: (part) => part.charset ?? (part.type.startsWith("text/") ? "us-ascii" : null),
  disposition: (part) => part.disposition,
  cid: (part) => part.cid,
  language: (part) => part.language,
  location: (part) => part.location,
};

/** @throws MethodError invalidArguments for a property that emails do not have. */
export function checkEmailProperties(properties: readonly string[]): void {
  for (const name of properties) if (!Object.hasOwn(EMAIL_READERS, name)) parseHeaderProperty(name);
}

/** @throws MethodError invalidArguments for a property that body parts do not have. */
export function checkBodyProperties(properties: readonly string[]): void {
  for (const name of properties) {
    if (name === "subParts" || Object.hasOwn(PART_READERS, name)) continue;
    if (!name.startsWith("header:")) throw new MethodError("invalidArguments", `No body property ${name}`);
    parseHeaderProperty(name);
  }
}

export function viewEmail(
  email: StoredEmail,
  properties: readonly string[],
  options: EmailViewOptions,
): Record<string, unknown> {
  const names = new Set(["id", ...properties]);
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      Object.hasOwn(EMAIL_READERS, name)
        ? EMAIL_READERS[name]?.(email, options)
        : readHeader(email.root.headers, parseHeaderProperty(name)),
    ]),
  );
}

function viewPart(email: StoredEmail, part: MimePart, { bodyProperties }: EmailViewOptions): Record<string, unknown> {
  const names = bodyProperties.filter((name) => name !== "subParts");
  return Object.fromEntries(
    names.map((name) => [
      name,
      Object.hasOwn(PART_READERS, name)
        ? PART_READERS[name]?.(part, email.id)
        : readHeader(part.headers, parseHeaderProperty(name)),
    ]),
  );
}

function viewStructure(email: StoredEmail, part: MimePart, options: EmailViewOptions): Record<string, unknown> {
  const view = viewPart(email, part, options);
  if (part.parts) view.subParts = part.parts.map((child) => viewStructure(email, child, options));
  return view;
}

/** RFC 3339 without fractions, as most servers write it. */
export function toUtcDate(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

function trueFor(names: Iterable<string>): Record<string, true> {
  return Object.fromEntries([...names].map((name) => [name, true as const]));
}
