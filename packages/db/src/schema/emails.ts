import type { MailAddress } from "@crm/schemas";
import { sql } from "drizzle-orm";
import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { id, instant, organizationId, searchDocument } from "./columns.ts";
import { contacts } from "./contacts.ts";
import { mailAccounts } from "./mail-accounts.ts";
import { organizations } from "./organizations.ts";

export interface StoredAttachment {
  blobId: string;
  name: string | null;
  type: string;
  /** Octets. */
  size: number;
  /** Content-ID of an inline image. */
  cid: string | null;
}

/** Mirrored mail: the messages of contacts, with bodies. Who a message is, is (mail account, JMAP id). */
export const emails = pgTable(
  "emails",
  {
    organizationId: organizationId(),
    id: id(),
    userId: uuid().notNull(),
    mailAccountId: uuid().notNull(),
    jmapId: text().notNull(),
    threadId: text().notNull(),
    /** Without the angle brackets, as JMAP gives it; not unique: two users receive the same mail. */
    messageId: text(),
    inReplyTo: text(),
    references: text().array().notNull().default([]),
    from: jsonb().$type<MailAddress[]>().notNull(),
    to: jsonb().$type<MailAddress[]>().notNull(),
    cc: jsonb().$type<MailAddress[]>().notNull(),
    bcc: jsonb().$type<MailAddress[]>().notNull(),
    subject: text().notNull(),
    preview: text().notNull(),
    bodyText: text().notNull(),
    /** As it came; sanitized where it is read, so that a better rule heals what is stored. */
    bodyHtml: text(),
    isRead: boolean().notNull(),
    isFlagged: boolean().notNull(),
    outbound: boolean().notNull(),
    attachments: jsonb().$type<StoredAttachment[]>().notNull(),
    hasAttachment: boolean().notNull(),
    size: integer().notNull(),
    receivedAt: instant().notNull(),
    createdAt: instant().notNull().default(sql`now()`),
    updatedAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "emails_account_fk",
      columns: [table.organizationId, table.mailAccountId],
      foreignColumns: [mailAccounts.organizationId, mailAccounts.id],
    }).onDelete("cascade"),
    uniqueIndex("emails_jmap_key").on(table.organizationId, table.mailAccountId, table.jmapId),
    index("emails_newest_idx").on(
      table.userId,
      table.organizationId,
      table.receivedAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index("emails_thread_idx").on(table.userId, table.organizationId, table.threadId, table.receivedAt),
    index("emails_message_id_idx").on(table.userId, table.organizationId, table.messageId),
    index("emails_unread_idx")
      .on(table.userId, table.organizationId, table.receivedAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`NOT ${table.isRead}`),
  ],
);

/** Whose mail a message is. Dates are repeated here so that a contact's list is one index range. */
export const emailContacts = pgTable(
  "email_contacts",
  {
    organizationId: organizationId(),
    contactId: uuid().notNull(),
    emailId: uuid().notNull(),
    receivedAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.emailId, table.contactId] }),
    foreignKey({
      name: "email_contacts_contact_fk",
      columns: [table.organizationId, table.contactId],
      foreignColumns: [contacts.organizationId, contacts.id],
    }).onDelete("cascade"),
    foreignKey({
      name: "email_contacts_email_fk",
      columns: [table.organizationId, table.emailId],
      foreignColumns: [emails.organizationId, emails.id],
    }).onDelete("cascade"),
    index("email_contacts_newest_idx").on(
      table.organizationId,
      table.contactId,
      table.receivedAt.desc().nullsFirst(),
      table.emailId.desc().nullsFirst(),
    ),
  ],
);

/** Threads, counted in the transaction that stores their mail. */
export const emailThreads = pgTable(
  "email_threads",
  {
    organizationId: organizationId(),
    mailAccountId: uuid().notNull(),
    threadId: text().notNull(),
    userId: uuid().notNull(),
    subject: text().notNull(),
    preview: text().notNull(),
    participants: jsonb().$type<MailAddress[]>().notNull(),
    contactIds: uuid().array().notNull(),
    messageCount: integer().notNull(),
    unreadCount: integer().notNull(),
    firstEmailAt: instant().notNull().default(sql`now()`),
    lastEmailAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.mailAccountId, table.threadId] }),
    foreignKey({
      name: "email_threads_account_fk",
      columns: [table.organizationId, table.mailAccountId],
      foreignColumns: [mailAccounts.organizationId, mailAccounts.id],
    }).onDelete("cascade"),
    index("email_threads_newest_idx").on(
      table.organizationId,
      table.userId,
      table.lastEmailAt.desc().nullsFirst(),
      table.threadId.desc().nullsFirst(),
    ),
    index("email_threads_contacts_idx").using("gin", table.contactIds),
  ],
);

/**
 * The search documents, apart from the mail: building one costs more than storing the message, so the worker does it
 * in batches behind the sync, and a rebuilt document never rewrites a message.
 */
export const emailSearch = pgTable(
  "email_search",
  {
    organizationId: organizationId(),
    emailId: uuid().notNull(),
    userId: uuid().notNull(),
    receivedAt: instant().notNull(),
    document: searchDocument().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.emailId] }),
    foreignKey({
      name: "email_search_email_fk",
      columns: [table.organizationId, table.emailId],
      foreignColumns: [emails.organizationId, emails.id],
    }).onDelete("cascade"),
    // One user's words stay out of everybody else's postings. Every search goes through the pending list (kB), so it is
    // kept short.
    index("email_search_words_idx").using("gin", table.userId, table.document).with({ gin_pending_list_limit: 2048 }),
    index("email_search_newest_idx").on(
      table.organizationId,
      table.userId,
      table.receivedAt.desc().nullsFirst(),
      table.emailId.desc().nullsFirst(),
    ),
  ],
);

/** Messages whose search documents are still to be built, those stored together in one entry. */
export const emailSearchQueue = pgTable(
  "email_search_queue",
  {
    organizationId: organizationId().references(() => organizations.id, { onDelete: "cascade" }),
    id: id(),
    /** Some may be gone by the time that their turn comes. */
    emailIds: uuid().array().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    // The worker takes what came last first, of all organizations.
    index("email_search_queue_newest_idx").on(table.id),
  ],
);

/**
 * Mirrored messages that are nobody's any more (their contact was removed or blocked) and go batch by batch. Filled in
 * the transaction that takes them from their last contact, so a crash forgets none.
 */
export const mirrorReleases = pgTable(
  "mirror_releases",
  { organizationId: organizationId(), mailAccountId: uuid().notNull(), emailId: uuid().notNull() },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.mailAccountId, table.emailId] }),
    foreignKey({
      name: "mirror_releases_email_fk",
      columns: [table.organizationId, table.emailId],
      foreignColumns: [emails.organizationId, emails.id],
    }).onDelete("cascade"),
    index("mirror_releases_email_idx").on(table.organizationId, table.emailId),
  ],
);
