import { sql } from "drizzle-orm";
import { foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, organizationId } from "./columns.ts";
import { users } from "./users.ts";

export const contacts = pgTable(
  "contacts",
  {
    organizationId: organizationId(),
    id: id(),
    userId: uuid().notNull(),
    email: text().notNull(),
    name: text(),
    notes: text(),
    tags: text().array().notNull().default([]),
    /** Counted in the transaction that stores the mail, so that a list never counts. */
    emailCount: integer().notNull().default(0),
    unreadCount: integer().notNull().default(0),
    lastEmailAt: instant(),
    /** Set while this is part of another contact: not shown any more, but its address and its mail are that one's. */
    mergedIntoId: uuid(),
    /** What a search looks through, folded; a search cannot hold the line end between the two. */
    search: text().notNull().generatedAlwaysAs(sql`crm_fold(coalesce("name", '') || chr(10) || "email")`),
    addedAt: instant().notNull().default(sql`now()`),
    createdAt: instant().notNull().default(sql`now()`),
    updatedAt: instant().notNull().default(sql`now()`),
    /** What the API shows of it, as JSON without line ends: written when it changes, so that a list only passes it on. */
    shown: text()
      .notNull()
      .generatedAlwaysAs(
        sql`crm_contact_json("id", "email", "name", "notes", "tags", "email_count", "unread_count", "last_email_at", "added_at", "created_at", "updated_at")`,
      ),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "contacts_user_fk",
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete("cascade"),
    foreignKey({
      name: "contacts_merged_into_fk",
      columns: [table.organizationId, table.mergedIntoId],
      foreignColumns: [table.organizationId, table.id],
    }).onDelete("cascade"),
    index("contacts_merged_into_idx")
      .on(table.mergedIntoId, table.organizationId)
      .where(sql`${table.mergedIntoId} IS NOT NULL`),
    uniqueIndex("contacts_email_key").on(table.organizationId, table.userId, sql`lower(${table.email})`),
    index("contacts_added_idx").on(
      table.userId,
      table.organizationId,
      table.addedAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index("contacts_name_idx").on(
      table.userId,
      table.organizationId,
      sql`crm_fold(coalesce(${table.name}, ${table.email}))`,
      table.id,
    ),
    index("contacts_last_email_idx").on(
      table.userId,
      table.organizationId,
      sql`coalesce(${table.lastEmailAt}, '-infinity'::timestamptz) DESC`,
      table.id.desc().nullsFirst(),
    ),
    // Few of many are in it, and unread mail is counted far more often than it is read: its changes cost more by this.
    index("contacts_unread_idx").on(table.userId, table.organizationId).where(sql`${table.unreadCount} > 0`),
    index("contacts_search_idx").using("gin", table.userId, table.search.op("gin_trgm_ops")),
    index("contacts_tags_idx").using("gin", table.userId, table.tags),
  ],
);

/** What a contact is described by, besides its address. */
export interface ContactDetails {
  name: string | null;
  notes: string | null;
  tags: string[];
}

/** A merge as it has to be known to undo it. The contact that was merged keeps its own row. */
export interface MergeRecord {
  contactId: string;
  /** Contacts that had been merged into that one before; they came along. */
  followers: string[];
  /** The contact that stayed, before and after. */
  before: ContactDetails;
  after: ContactDetails;
}

/** Merges, by the contact that stayed; each can be undone within a day. */
export const contactMerges = pgTable(
  "contact_merges",
  {
    organizationId: organizationId(),
    id: id(),
    userId: uuid().notNull(),
    contactId: uuid().notNull(),
    merged: jsonb().$type<MergeRecord>().notNull(),
    createdAt: instant().notNull().default(sql`now()`),
    undoneAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "contact_merges_contact_fk",
      columns: [table.organizationId, table.contactId],
      foreignColumns: [contacts.organizationId, contacts.id],
    }).onDelete("cascade"),
    index("contact_merges_contact_idx").on(table.organizationId, table.contactId),
  ],
);

/** Addresses and domains (`@…`) that are never discovered and never mirrored. */
export const blocklistEntries = pgTable(
  "blocklist_entries",
  {
    organizationId: organizationId(),
    id: id(),
    userId: uuid().notNull(),
    /** Lower case. */
    pattern: text().notNull(),
    createdAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "blocklist_entries_user_fk",
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete("cascade"),
    uniqueIndex("blocklist_entries_pattern_key").on(table.organizationId, table.userId, table.pattern),
  ],
);
