import { sql } from "drizzle-orm";
import { boolean, foreignKey, index, integer, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, organizationId } from "./columns.ts";
import { mailAccounts } from "./mail-accounts.ts";

/** The header-only index of a whole mailbox: every message outside Trash, Junk and Drafts. No bodies. */
export const mailboxMessages = pgTable(
  "mailbox_messages",
  {
    organizationId: organizationId(),
    mailAccountId: uuid().notNull(),
    jmapId: text().notNull(),
    threadId: text().notNull(),
    receivedAt: instant().notNull(),
    outbound: boolean().notNull(),
    /** Why this looks sent by a machine (`newsletter`, `no-reply`, `auto-submitted`), or null. */
    automatic: text(),
    isRead: boolean().notNull(),
    isFlagged: boolean().notNull(),
    /** Octets, attachments included; by it bodies are fetched in batches that fit into memory. */
    size: integer().notNull(),
    /** The full index that last saw it; what a later complete one did not see is gone from the server. */
    indexRun: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.mailAccountId, table.jmapId] }),
    foreignKey({
      name: "mailbox_messages_account_fk",
      columns: [table.organizationId, table.mailAccountId],
      foreignColumns: [mailAccounts.organizationId, mailAccounts.id],
    }).onDelete("cascade"),
  ],
);

/** Bits of `mailbox_people.fields`: the header fields of a message that name an address. */
export const ADDRESS_FIELD = { from: 1, to: 2, cc: 4, bcc: 8 } as const;

/** Who is in which message. The key begins with the address: all messages of a person are one range of it. */
export const mailboxPeople = pgTable(
  "mailbox_people",
  {
    organizationId: organizationId(),
    mailAccountId: uuid().notNull(),
    /** Lower case. */
    address: text().notNull(),
    jmapId: text().notNull(),
    fields: smallint().notNull(),
    name: text(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.mailAccountId, table.address, table.jmapId] }),
    foreignKey({
      name: "mailbox_people_message_fk",
      columns: [table.organizationId, table.mailAccountId, table.jmapId],
      foreignColumns: [mailboxMessages.organizationId, mailboxMessages.mailAccountId, mailboxMessages.jmapId],
    }).onDelete("cascade"),
    index("mailbox_people_message_idx").on(table.organizationId, table.mailAccountId, table.jmapId),
  ],
);

/** Discovery, counted: one row an address the mailbox exchanged mail with. */
export const correspondents = pgTable(
  "correspondents",
  {
    organizationId: organizationId(),
    mailAccountId: uuid().notNull(),
    address: text().notNull(),
    name: text(),
    emailCount: integer().notNull(),
    sentCount: integer().notNull(),
    receivedCount: integer().notNull(),
    lastEmailAt: instant(),
    /** Null for a person, else why the sender looks automatic. */
    automaticReason: text(),
    /** What a search looks through, folded. */
    search: text().notNull().generatedAlwaysAs(sql`crm_fold(coalesce("name", '') || chr(10) || "address")`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.mailAccountId, table.address] }),
    foreignKey({
      name: "correspondents_account_fk",
      columns: [table.organizationId, table.mailAccountId],
      foreignColumns: [mailAccounts.organizationId, mailAccounts.id],
    }).onDelete("cascade"),
    // The order of discovery: people first, then the most mail.
    index("correspondents_rank_idx").on(
      table.organizationId,
      table.mailAccountId,
      sql`(${table.automaticReason} IS NOT NULL)`,
      sql`${table.emailCount} DESC`,
      table.address,
    ),
  ],
);

/**
 * Messages of contacts whose bodies are still to be fetched, many to an entry: a new contact brings thousands at once.
 * Filled in the transaction that makes a message a contact's (index row or new contact); an entry goes in the one that
 * stores the last of it, so a crash forgets none.
 */
export const mirrorQueue = pgTable(
  "mirror_queue",
  {
    organizationId: organizationId(),
    mailAccountId: uuid().notNull(),
    id: id(),
    /** Newest first. What is not in the index any more is passed over. */
    jmapIds: text().array().notNull(),
    /** The date of the newest of them. */
    newestAt: instant().notNull(),
    /** New mail, which the live feed tells of; mail from before is not news. */
    isNews: boolean().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.mailAccountId, table.id] }),
    foreignKey({
      name: "mirror_queue_account_fk",
      columns: [table.organizationId, table.mailAccountId],
      foreignColumns: [mailAccounts.organizationId, mailAccounts.id],
    }).onDelete("cascade"),
  ],
);
