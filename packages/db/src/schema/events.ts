import type { EventType } from "@crm/schemas";
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { id, instant, organizationId } from "./columns.ts";
import { organizations } from "./organizations.ts";
import { users } from "./users.ts";

/** A user's live feed. `sequence` rises in commit order within one user (services/events/emit-event holds a lock). */
export const events = pgTable(
  "events",
  {
    organizationId: organizationId(),
    userId: uuid().notNull(),
    sequence: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    type: text().$type<EventType>().notNull(),
    data: jsonb().notNull(),
    occurredAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.userId, table.sequence] }),
    foreignKey({
      name: "events_user_fk",
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete("cascade"),
    index("events_age_idx").on(table.occurredAt),
  ],
);

export const webhooks = pgTable(
  "webhooks",
  {
    organizationId: organizationId().references(() => organizations.id, { onDelete: "cascade" }),
    id: id(),
    url: text().notNull(),
    events: text().array().notNull(),
    description: text(),
    enabled: boolean().notNull().default(true),
    secretEncrypted: text().notNull(),
    createdAt: instant().notNull().default(sql`now()`),
    updatedAt: instant().notNull().default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

/** The id is the `webhook-id` header and stays the same across retries. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    organizationId: organizationId(),
    id: id(),
    webhookId: uuid().notNull(),
    event: text().notNull(),
    payload: jsonb().notNull(),
    status: text().$type<"pending" | "delivered" | "failed">().notNull().default("pending"),
    attempts: integer().notNull().default(0),
    responseStatus: integer(),
    errorMessage: text(),
    nextAttemptAt: instant(),
    deliveredAt: instant(),
    createdAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "webhook_deliveries_webhook_fk",
      columns: [table.organizationId, table.webhookId],
      foreignColumns: [webhooks.organizationId, webhooks.id],
    }).onDelete("cascade"),
    index("webhook_deliveries_newest_idx").on(
      table.organizationId,
      table.webhookId,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index("webhook_deliveries_due_idx").on(table.nextAttemptAt).where(sql`${table.status} = 'pending'`),
  ],
);
