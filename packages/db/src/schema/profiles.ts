import { sql } from "drizzle-orm";
import { integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, organizationId } from "./columns.ts";
import { organizations } from "./organizations.ts";

/** Customers of the shop: a realm of their own, apart from users. */
export const profiles = pgTable(
  "profiles",
  {
    organizationId: organizationId().references(() => organizations.id, { onDelete: "cascade" }),
    id: id(),
    name: text().notNull(),
    email: text().notNull(),
    passwordHash: text().notNull(),
    /** Tokens name the version they were given under; a new password is a new version. */
    tokenVersion: integer().notNull().default(1),
    /** The token that the password was changed with, which goes on in spite of that. */
    keptTokenId: uuid(),
    createdAt: instant().notNull().default(sql`now()`),
    updatedAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    uniqueIndex("profiles_email_key").on(table.organizationId, sql`lower(${table.email})`),
  ],
);

/** Tokens of profiles that were logged out, for as long as they would have lived. */
export const revokedTokens = pgTable(
  "revoked_tokens",
  { organizationId: organizationId(), jti: uuid().notNull(), expiresAt: instant().notNull() },
  (table) => [primaryKey({ columns: [table.organizationId, table.jti] })],
);
