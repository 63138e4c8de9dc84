import type { TokenMode } from "@crm/schemas";
import { sql } from "drizzle-orm";
import { foreignKey, index, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, id, instant, organizationId } from "./columns.ts";
import { users } from "./users.ts";

/** A signed-in device. It ends by `ended_at`; the row stays until the purge so that its tokens can be told apart. */
export const sessions = pgTable(
  "sessions",
  {
    organizationId: organizationId(),
    id: id(),
    userId: uuid().notNull(),
    mode: text().$type<TokenMode>().notNull(),
    ipAddress: text(),
    userAgent: text(),
    createdAt: instant().notNull().default(sql`now()`),
    lastUsedAt: instant().notNull().default(sql`now()`),
    expiresAt: instant().notNull(),
    endedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "sessions_user_fk",
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete("cascade"),
    index("sessions_user_idx").on(table.userId, table.organizationId),
  ],
);

/** Every refresh token a session ever had, as SHA-256. Spent ones stay: their reuse gives a thief away. */
export const refreshTokens = pgTable(
  "refresh_tokens",
  {
    organizationId: organizationId(),
    id: id(),
    sessionId: uuid().notNull(),
    tokenHash: bytes().notNull(),
    createdAt: instant().notNull().default(sql`now()`),
    spentAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "refresh_tokens_session_fk",
      columns: [table.organizationId, table.sessionId],
      foreignColumns: [sessions.organizationId, sessions.id],
    }).onDelete("cascade"),
    uniqueIndex("refresh_tokens_hash_key").on(table.organizationId, table.tokenHash),
    index("refresh_tokens_session_idx").on(table.organizationId, table.sessionId),
  ],
);

/** Long-lived keys for scripts, as SHA-256; the prefix is what a person recognises one by. */
export const apiKeys = pgTable(
  "api_keys",
  {
    organizationId: organizationId(),
    id: id(),
    userId: uuid().notNull(),
    name: text().notNull(),
    prefix: text().notNull(),
    keyHash: bytes().notNull(),
    scopes: text().array().notNull(),
    expiresAt: instant(),
    lastUsedAt: instant(),
    createdAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "api_keys_user_fk",
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete("cascade"),
    uniqueIndex("api_keys_hash_key").on(table.organizationId, table.keyHash),
    index("api_keys_user_idx").on(table.organizationId, table.userId),
  ],
);
