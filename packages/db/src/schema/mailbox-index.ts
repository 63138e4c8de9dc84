import { sql } from "drizzle-orm";
import { boolean, foreignKey, index, integer, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, organizationId } from "./columns.ts";
import { mailAccounts } from "./mail-accounts.ts";

/** Bits of `mailbox_messages.fields`: the header fields of a message that name an address. */
export const ADDRESS_FIELD = { from: 1, to: 2, cc: 4, bcc: 8 } as const;

/**
 * The header-only index of a whole mailbox: every message outside Trash, Junk and Drafts, and who is in it. No bodies.
 * The people stand in the message's own row: as rows of their own they took two thirds of what PostgreSQL did to index
 * a mailbox.
 */
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
    /** Everybody the message comes from or goes to: lower case, each once. */
    addresses: text().array().notNull(),
    /** For each address, the header fields that name it (`ADDRESS_FIELD`). */
    fields: smallint().array().notNull(),
    /** For each address, the name that it has there; empty for none. */
    names: text().array().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.mailAccountId, table.jmapId] }),
    foreignKey({
      name: "mailbox_messages_account_fk",
      columns: [table.organizationId, table.mailAccountId],
      foreignColumns: [mailAccounts.organizationId, mailAccounts.id],
    }).onDelete("cascade"),
    // Whose mail is whose. Every look goes through the pending list (kB), so it is kept short.
    index("mailbox_messages_addresses_idx")
      .using("gin", table.mailAccountId, table.addresses)
      .with({ gin_pending_list_limit: 512 }),
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
