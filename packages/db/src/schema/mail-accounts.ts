import { sql } from "drizzle-orm";
import { foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, organizationId } from "./columns.ts";
import { users } from "./users.ts";

/** Where the mirror of an account is in its life (services/mail/sync draws the machine). */
export type SyncPhase = "new" | "indexing" | "syncing" | "idle" | "error";
export interface SyncError {
  code: string;
  message: string;
  at: string;
}

export const mailAccounts = pgTable(
  "mail_accounts",
  {
    organizationId: organizationId(),
    id: id(),
    userId: uuid().notNull(),
    address: text().notNull(),
    /** Other addresses the account sends from; mail from any of them is outbound. */
    identityAddresses: text().array().notNull().default([]),
    sessionUrl: text().notNull(),
    /** The account's id at the mail server; ids of messages mean something within it alone. */
    jmapAccountId: text().notNull(),
    passwordEncrypted: text().notNull(),
    status: text().$type<"active" | "auth_failed">().notNull().default("active"),
    createdAt: instant().notNull().default(sql`now()`),
    updatedAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "mail_accounts_user_fk",
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete("cascade"),
    uniqueIndex("mail_accounts_user_key").on(table.organizationId, table.userId),
    uniqueIndex("mail_accounts_address_key").on(table.organizationId, sql`lower(${table.address})`),
  ],
);

/**
 * The cursor of an account's mirror, written in the same transaction as the rows it speaks of, and the lease that
 * lets one process at a time write them. Apart from mail_accounts because it changes all the time.
 */
export const mailSyncs = pgTable(
  "mail_syncs",
  {
    organizationId: organizationId(),
    mailAccountId: uuid().notNull(),
    phase: text().$type<SyncPhase>().notNull().default("new"),
    /** RFC 8620 §5.2 state up to which every change is in the index; null until the index is complete. */
    emailState: text(),
    /** The state before the running full index was begun; becomes `email_state` when it is complete. */
    indexingFromState: text(),
    indexRun: integer().notNull().default(0),
    /** The mailboxes that do not count, as the index was built with; when they change, it is built anew. */
    scope: text(),
    progressDone: integer(),
    progressTotal: integer(),
    /** Unread messages of the mirror, counted in the transaction that changes them: who writes those has this row locked. */
    unreadCount: integer().notNull().default(0),
    lastSyncedAt: instant(),
    lastError: jsonb().$type<SyncError>(),
    failures: integer().notNull().default(0),
    /** Not before this instant, after failures. */
    retryAt: instant(),
    leaseHolder: uuid(),
    leaseUntil: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.mailAccountId] }),
    foreignKey({
      name: "mail_syncs_account_fk",
      columns: [table.organizationId, table.mailAccountId],
      foreignColumns: [mailAccounts.organizationId, mailAccounts.id],
    }).onDelete("cascade"),
  ],
);

/** Which process listens to what the account's mail server pushes; apart from mail_syncs, whose rows syncs keep locked. */
export const mailWatches = pgTable(
  "mail_watches",
  {
    organizationId: organizationId(),
    mailAccountId: uuid().notNull(),
    holder: uuid().notNull(),
    until: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.mailAccountId] }),
    foreignKey({
      name: "mail_watches_account_fk",
      columns: [table.organizationId, table.mailAccountId],
      foreignColumns: [mailAccounts.organizationId, mailAccounts.id],
    }).onDelete("cascade"),
    index("mail_watches_holder_idx").on(table.holder),
  ],
);

/** Messages that could not be mirrored, with the reason; one of them never stops the others. */
export const mailSyncProblems = pgTable(
  "mail_sync_problems",
  {
    organizationId: organizationId(),
    mailAccountId: uuid().notNull(),
    jmapId: text().notNull(),
    message: text().notNull(),
    createdAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.mailAccountId, table.jmapId] }),
    foreignKey({
      name: "mail_sync_problems_account_fk",
      columns: [table.organizationId, table.mailAccountId],
      foreignColumns: [mailAccounts.organizationId, mailAccounts.id],
    }).onDelete("cascade"),
  ],
);
