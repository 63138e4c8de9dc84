import { sql } from "drizzle-orm";
import { bigint, boolean, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, id, instant, organizationId } from "./columns.ts";
import { organizations } from "./organizations.ts";

/**
 * Who did what. No foreign key to users: the log outlives the people in it and keeps their names.
 * An act inserts its row bare; a moment later the row is sealed (services/audit/seal-audit-logs), and only then do the
 * indexes for reading know it, so that the acting request does not pay for them.
 */
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
    /** Place in the organization's hash chain, from 1 without a gap, and the chain's hash up to here. */
    sequence: bigint({ mode: "number" }),
    hash: bytes(),
    /** What a search looks through, folded; derived from the rest when the row is sealed. */
    search: text(),
  },
  (table) => {
    const isSealed = sql`${table.sequence} IS NOT NULL`;
    // Made anew for each index: a column remembers its direction only once.
    const newestFirst = () => [table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst()] as const;
    return [
      primaryKey({ columns: [table.organizationId, table.id] }),
      index("audit_logs_pending_idx").on(table.organizationId).where(sql`${table.sequence} IS NULL`),
      uniqueIndex("audit_logs_sequence_key").on(table.organizationId, table.sequence).where(isSealed),
      index("audit_logs_newest_idx")
        .on(table.organizationId, ...newestFirst())
        .where(isSealed),
      index("audit_logs_user_idx")
        .on(table.organizationId, table.userId, ...newestFirst())
        .where(isSealed),
      index("audit_logs_action_idx")
        .on(table.organizationId, table.action, ...newestFirst())
        .where(isSealed),
      index("audit_logs_resource_idx")
        .on(table.organizationId, table.resource, table.resourceId, ...newestFirst())
        .where(isSealed),
      index("audit_logs_failed_idx")
        .on(table.organizationId, ...newestFirst())
        .where(sql`${table.sequence} IS NOT NULL AND NOT ${table.success}`),
      index("audit_logs_search_idx")
        .using("gin", table.organizationId, table.search.op("gin_trgm_ops"))
        .where(isSealed),
    ];
  },
);

/** Where each organization's hash chain ends. Kept apart from the log: it gives a log away whose tail was cut. */
export const auditChains = pgTable("audit_chains", {
  organizationId: organizationId()
    .primaryKey()
    .references(() => organizations.id, { onDelete: "cascade" }),
  /** Of the last sealed row; 0 and null before the first. */
  sequence: bigint({ mode: "number" }).notNull().default(0),
  lastId: uuid(),
  hash: bytes(),
  /** Sequence, id and hash under an encryption key, which whoever can write to the database alone does not have. */
  proof: text(),
});
