import type { Role } from "@crm/schemas";
import { sql } from "drizzle-orm";
import { boolean, foreignKey, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, id, instant, organizationId } from "./columns.ts";
import { organizations } from "./organizations.ts";

/** Where a person stands with the mailbox step of the onboarding. */
export type MailboxStep = "pending" | "skipped" | "linked";

export const users = pgTable(
  "users",
  {
    organizationId: organizationId().references(() => organizations.id, { onDelete: "cascade" }),
    id: id(),
    username: text().notNull(),
    email: text(),
    emailVerified: boolean().notNull().default(false),
    firstName: text(),
    lastName: text(),
    role: text().$type<Role>().notNull().default("member"),
    passwordHash: text().notNull(),
    /** Set while the password is a temporary one: until when it signs in. */
    temporaryPasswordUntil: instant(),
    mailboxStep: text().$type<MailboxStep>().notNull().default("pending"),
    totpSecret: text(),
    totpEnabledAt: instant(),
    /** The time step (RFC 6238 §4.2) of the code that was taken last; it and earlier ones are spent. */
    totpLastStep: integer(),
    avatarVersion: text(),
    lastLoginAt: instant(),
    createdAt: instant().notNull().default(sql`now()`),
    updatedAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    uniqueIndex("users_username_key").on(table.organizationId, sql`lower(${table.username})`),
    uniqueIndex("users_email_key").on(table.organizationId, sql`lower(${table.email})`),
  ],
);

/** Recovery codes for a lost second factor; each works once. */
export const totpRecoveryCodes = pgTable(
  "totp_recovery_codes",
  {
    organizationId: organizationId(),
    id: id(),
    userId: uuid().notNull(),
    codeHash: bytes().notNull(),
    usedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "totp_recovery_codes_user_fk",
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete("cascade"),
    uniqueIndex("totp_recovery_codes_hash_key").on(table.organizationId, table.userId, table.codeHash),
  ],
);

/** Single-use secrets sent by mail: password resets and address verification. */
export const userTokens = pgTable(
  "user_tokens",
  {
    organizationId: organizationId(),
    id: id(),
    userId: uuid().notNull(),
    purpose: text().$type<"reset_password" | "verify_email">().notNull(),
    tokenHash: bytes().notNull(),
    /** The address that is being verified. */
    email: text(),
    attempts: integer().notNull().default(0),
    expiresAt: instant().notNull(),
    usedAt: instant(),
    createdAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "user_tokens_user_fk",
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete("cascade"),
    uniqueIndex("user_tokens_hash_key").on(table.organizationId, table.purpose, table.tokenHash),
    index("user_tokens_user_idx").on(table.organizationId, table.userId),
  ],
);

/** Profile pictures, 256 px WebP. */
export const userAvatars = pgTable(
  "user_avatars",
  {
    organizationId: organizationId(),
    userId: uuid().notNull(),
    image: bytes().notNull(),
    updatedAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.userId] }),
    foreignKey({
      name: "user_avatars_user_fk",
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete("cascade"),
  ],
);
