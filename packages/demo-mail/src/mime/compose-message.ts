import { makeLeaf, makeMultipart } from "./make-part.ts";
import { type HeaderField, type MimePart, numberParts } from "./part.ts";
import { encodeAddresses, encodeDate, encodeMessageIds, encodeText } from "./serialize-message.ts";

export interface Person {
  name?: string | null;
  email: string;
}

export interface MessageAttachment {
  name: string;
  /** MIME type. */
  type: string;
  /** A function is asked when the message is first read. */
  content: Buffer | (() => Buffer);
  /** Content-Id without brackets: the HTML shows the attachment as `cid:…`. */
  cid?: string;
}

/** A message in the terms of a person who writes one. */
export interface OutgoingMessage {
  from: Person;
  to: readonly Person[];
  cc?: readonly Person[];
  replyTo?: readonly Person[];
  subject: string;
  /** Plain text, LF line ends. */
  text: string;
  html?: string;
  attachments?: readonly MessageAttachment[];
  date?: Date;
  /** Without angle brackets; made up when left out. */
  messageId?: string;
  inReplyTo?: string;
  references?: readonly string[];
  /** Further fields, e.g. `{"List-Id": "<news.printy.example>"}`; values as text. */
  headers?: Readonly<Record<string, string>>;
}

/** Builds the tree of parts the way common mail programs do: mixed(related(alternative(text, html), images), files). */
export function composeMessage(message: OutgoingMessage & { messageId: string; date: Date }): MimePart {
  const { messageId: seed, attachments = [] } = message;
  let body = makeLeaf({ type: "text/plain", content: message.text });
  if (message.html !== undefined) {
    body = makeMultipart("multipart/alternative", [body, makeLeaf({ type: "text/html", content: message.html })], seed);
  }
  const inline = attachments.filter((attachment) => attachment.cid !== undefined).map(toLeaf);
  const files = attachments.filter((attachment) => attachment.cid === undefined).map(toLeaf);
  if (inline.length > 0) body = makeMultipart("multipart/related", [body, ...inline], seed);
  if (files.length > 0) body = makeMultipart("multipart/mixed", [body, ...files], seed);
  body.headers = [...headersOf(message), ...body.headers];
  return numberParts(body);
}

function toLeaf({ name, type, content, cid }: MessageAttachment): MimePart {
  const octets = typeof content === "function" ? content() : content;
  return makeLeaf({ type, name, content: octets, cid, disposition: cid === undefined ? "attachment" : "inline" });
}

function headersOf(message: OutgoingMessage & { messageId: string; date: Date }): HeaderField[] {
  const headers: HeaderField[] = [
    { name: "Date", value: encodeDate(message.date) },
    { name: "From", value: encodeAddresses([message.from]) },
    { name: "To", value: encodeAddresses(message.to) },
  ];
  if (message.cc?.length) headers.push({ name: "Cc", value: encodeAddresses(message.cc) });
  if (message.replyTo?.length) headers.push({ name: "Reply-To", value: encodeAddresses(message.replyTo) });
  headers.push({ name: "Subject", value: encodeText(message.subject) });
  headers.push({ name: "Message-ID", value: encodeMessageIds([message.messageId]) });
  if (message.inReplyTo) headers.push({ name: "In-Reply-To", value: encodeMessageIds([message.inReplyTo]) });
  if (message.references?.length) headers.push({ name: "References", value: encodeMessageIds(message.references) });
  for (const [name, value] of Object.entries(message.headers ?? {})) headers.push({ name, value: encodeText(value) });
  headers.push({ name: "MIME-Version", value: " 1.0" });
  return headers;
}
