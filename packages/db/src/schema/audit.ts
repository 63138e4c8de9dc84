import { sql } from "drizzle-orm";
import { bigint, boolean, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, id, instant, organizationId } from "./columns.ts";
import { organizations } from "./organizations.ts";

/** Who did what. No foreign key to users: the log outlives the people in it and keeps their names. */
export const auditLogs = pgTable(
  "audit_logs",
  {
    organizationId: organizationId().references(() => organizations.id, { onDelete: "cascade" }),
    id: id(),
    userId: uuid(),
    username: text(),
    action: text().notNull(),
    resource: text().notNull(),
    resourceId: text(),
    oldValue: jsonb(),
    newValue: jsonb(),
    ipAddress: text(),
    userAgent: text(),
    success: boolean().notNull(),
    errorMessage: text(),
    createdAt: instant().notNull().default(sql`now()`),
    /** Place in the organization's hash chain, and the chain's hash up to here. */
    sequence: bigint({ mode: "number" }),
    hash: bytes(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    uniqueIndex("audit_logs_sequence_key").on(table.organizationId, table.sequence),
    index("audit_logs_newest_idx").on(
      table.organizationId,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index("audit_logs_user_idx").on(
      table.organizationId,
      table.userId,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index("audit_logs_resource_idx").on(table.organizationId, table.resource, table.resourceId),
  ],
);
