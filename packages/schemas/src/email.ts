import { z } from "zod";
import { attachment, outgoingAttachment } from "./attachment.ts";
import { jmapId, mailAddress, multilineText, pageInput, singleLineText, timestamp, uuid } from "./primitives.ts";

export const direction = z.enum(["inbound", "outbound"]);

/** A message without its bodies, as lists carry it. */
export const emailSummary = z
  .object({
    id: uuid,
    /** Its id at the mail server (RFC 8620 §1.2), by which it is asked for. */
    jmapId: z.string(),
    /** `<…@…>` (RFC 5322 §3.6.4). */
    messageId: z.string().nullable(),
    threadId: z.string(),
    /** The Message-ID of the message that this one answers. */
    inReplyTo: z.string().nullable(),
    /** The contacts who are among its people. */
    contactIds: z.array(uuid),
    from: z.array(mailAddress),
    to: z.array(mailAddress),
    cc: z.array(mailAddress),
    subject: z.string(),
    /** The beginning of its text, at most 256 characters (RFC 8621 §4.1.4). */
    preview: z.string(),
    isRead: z.boolean(),
    isFlagged: z.boolean(),
    direction,
    hasAttachment: z.boolean(),
    attachments: z.array(attachment),
    /** When the mail server received it. */
    date: timestamp,
    /** When it was mirrored. */
    createdAt: timestamp,
  })
  .meta({
    id: "EmailSummary",
    examples: [
      {
        id: "019c12f0-9c11-7aa4-b6d2-7e0f3c5b9a33",
        jmapId: "M17",
        messageId: "<17@example.com>",
        threadId: "T12",
        inReplyTo: null,
        contactIds: ["019c12f0-8b02-7d10-8f43-1c9e5a7d4b22"],
        from: [{ name: "Eva Horváthová", email: "eva@example.com" }],
        to: [{ name: null, email: "jana@example.com" }],
        cc: [],
        subject: "Your offer",
        preview: "Thank you for …",
        isRead: false,
        isFlagged: false,
        direction: "inbound",
        hasAttachment: false,
        attachments: [],
        date: "2026-01-31T08:15:00.000Z",
        createdAt: "2026-01-31T08:15:02.000Z",
      },
    ],
  });
export type EmailSummary = z.infer<typeof emailSummary>;

/** A message with its bodies: `body` as text, `bodyHtml` sanitized and with remote content off. */
export const email = emailSummary
  .extend({
    /** As text. */
    body: z.string(),
    /** Sanitized; remote pictures are off, their addresses in `data-remote-src`. */
    bodyHtml: z.string().nullable(),
  })
  .meta({ id: "Email" });
export type Email = z.infer<typeof email>;

export const listEmailsInput = z.strictObject({
  contactId: uuid.optional(),
  isRead: z.boolean().optional(),
  direction: direction.optional(),
  ...pageInput,
});
export const emailsByContactInput = z.strictObject({ contactId: uuid, ...pageInput });
export const listThreadsInput = z.strictObject({
  contactId: uuid.optional(),
  /** Only those with unread messages. */
  unread: z.boolean().optional(),
  ...pageInput,
});
export const thread = z
  .object({
    threadId: z.string(),
    subject: z.string(),
    participants: z.array(mailAddress),
    messageCount: z.number().int(),
    unreadCount: z.number().int(),
    /** When its latest message was received. */
    lastDate: timestamp,
    preview: z.string(),
  })
  .meta({ id: "Thread" });
export const searchEmailsInput = z.strictObject({
  /** Words or their beginnings, `"a phrase"`, `-left-out`. */
  q: singleLineText(200).min(1),
  contactId: uuid.optional(),
  /** An address, or words of a name; blank for anybody. */
  from: singleLineText(254).optional(),
  /** An address, or words of a name; blank for anybody. */
  to: singleLineText(254).optional(),
  isRead: z.boolean().optional(),
  hasAttachment: z.boolean().optional(),
  ...pageInput,
});
export const foundEmail = emailSummary.extend({
  /** HTML-escaped text around the hit, which `<mark>` encloses. */
  snippet: z.string(),
});
export const threadIdInput = z.strictObject({ threadId: jmapId });
export const jmapIdInput = z.strictObject({ jmapId });
export const markReadInput = z.strictObject({ jmapId, isRead: z.boolean().default(true) });
export const markThreadReadInput = z.strictObject({ threadId: jmapId, isRead: z.boolean().default(true) });
export const updatedOutput = z.object({ updated: z.number().int() });
export const unreadCountOutput = z.object({
  /** Each message once, whichever contacts it is of. */
  count: z.number().int(),
  /** By the contacts' ids; those with none are left out. */
  byContact: z.record(z.string(), z.number().int()),
});

export const syncOutput = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("completed"),
    created: z.number().int(),
    updated: z.number().int(),
    destroyed: z.number().int(),
  }),
  z.object({ status: z.literal("running") }),
]);
export const syncStatusOutput = z
  .object({
    status: z.enum(["none", "indexing", "syncing", "idle", "error"]),
    /** In messages; null when there is nothing to do. */
    progress: z.object({ done: z.number().int(), total: z.number().int() }).nullable(),
    lastSyncedAt: timestamp.nullable(),
    lastError: z.object({ code: z.string(), message: z.string(), at: timestamp }).nullable(),
  })
  .meta({ id: "SyncStatus" });
export type SyncStatus = z.infer<typeof syncStatusOutput>;

/** `a@b` or `Name <a@b>`. */
const recipient = singleLineText(500).min(3, "must be an address, or a name with an address in angle brackets");
const recipients = z.union([recipient, z.array(recipient).max(100)]);
const outgoing = {
  /** `a@b` or `Name <a@b>`, one or up to a hundred. */
  to: z.union([recipient, z.array(recipient).min(1).max(100)]),
  cc: recipients.optional(),
  bcc: recipients.optional(),
  subject: singleLineText(998),
  /** As text, of at most a million characters. */
  body: multilineText(1_000_000),
  /** What mail programs show in its place. */
  html: multilineText(1_000_000).optional(),
  /** Files that were uploaded before. */
  attachments: z.array(outgoingAttachment).max(50).optional(),
};
export const sendEmailInput = z
  .strictObject(outgoing)
  .meta({ examples: [{ to: "Eva <eva@example.com>", subject: "Your offer", body: "Dear Eva, …" }] });
export const replyEmailInput = z
  .strictObject({
    ...outgoing,
    /** The Message-ID that is answered, `<…@…>`. */
    inReplyTo: singleLineText(998).optional(),
    /** Without `inReplyTo`: the thread whose last message is answered. */
    threadId: jmapId.optional(),
    /** Put what is answered below the answer, as mail programs do. */
    quote: z.boolean().optional(),
  })
  .meta({ examples: [{ to: "eva@example.com", subject: "Re: Your offer", body: "Gladly.", threadId: "T12" }] });
export const sendEmailOutput = z.object({
  /** `<…@…>` (RFC 5322 §3.6.4). */
  messageId: z.string(),
  sentAt: timestamp,
  /** `unknown`: nobody can tell whether it went out. */
  status: z.enum(["sent", "unknown"]),
  /** As it is mirrored; null when none of its people is a contact. */
  email: email.nullable(),
});
