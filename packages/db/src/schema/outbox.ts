import type { MailAddress } from "@crm/schemas";
import { sql } from "drizzle-orm";
import { foreignKey, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, id, instant, organizationId } from "./columns.ts";
import { mailAccounts } from "./mail-accounts.ts";
import { users } from "./users.ts";

/** `queued` → `submitting` → `sent`, `failed` or `unknown` (it may have gone out; a person decides). */
export type OutboxState = "queued" | "submitting" | "sent" | "failed" | "unknown";

/** A message as it is handed to the mail server. */
export interface OutgoingMessage {
  from: MailAddress;
  to: MailAddress[];
  cc: MailAddress[];
  bcc: MailAddress[];
  subject: string;
  text: string;
  html: string | null;
  attachments: { blobId: string; name: string; type: string }[];
  /** Message-IDs without angle brackets. */
  inReplyTo: string | null;
  references: string[];
}

/** Mail on its way out, written before the mail server hears of it. */
export const outbox = pgTable(
  "outbox",
  {
    organizationId: organizationId(),
    id: id(),
    userId: uuid().notNull(),
    mailAccountId: uuid().notNull(),
    /** Our own Message-ID, by which a message is looked up before it is ever sent again. */
    messageId: text().notNull(),
    /** SHA-256 of the caller's key and the request: one repeated after a crash finds this row and sends nothing. */
    idempotencyKey: text(),
    state: text().$type<OutboxState>().notNull().default("queued"),
    message: jsonb().$type<OutgoingMessage>().notNull(),
    jmapId: text(),
    errorMessage: text(),
    sentAt: instant(),
    createdAt: instant().notNull().default(sql`now()`),
    updatedAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "outbox_account_fk",
      columns: [table.organizationId, table.mailAccountId],
      foreignColumns: [mailAccounts.organizationId, mailAccounts.id],
    }).onDelete("cascade"),
    uniqueIndex("outbox_message_id_key").on(table.organizationId, table.mailAccountId, table.messageId),
    uniqueIndex("outbox_idempotency_key").on(table.organizationId, table.userId, table.idempotencyKey),
    index("outbox_open_idx")
      .on(table.organizationId, table.updatedAt)
      .where(sql`${table.state} IN ('queued', 'submitting')`),
  ],
);

/** Answers to writes, kept for 24 h so that the same key gives the same answer. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    organizationId: organizationId(),
    userId: uuid().notNull(),
    key: text().notNull(),
    /** SHA-256 over procedure and input. */
    requestHash: bytes().notNull(),
    /** Null while the first request is still running. */
    responseEncrypted: text(),
    /** A run that did not finish by then is taken for dead. */
    runningUntil: instant().notNull(),
    expiresAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.userId, table.key] }),
    foreignKey({
      name: "idempotency_keys_user_fk",
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete("cascade"),
    index("idempotency_keys_expiry_idx").on(table.expiresAt),
  ],
);
