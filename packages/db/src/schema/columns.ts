import { customType, uuid } from "drizzle-orm/pg-core";
import { v7 } from "uuid";

/** A new id of ours: UUID version 7, so that rows written together lie together. */
export const newId = (): string => v7();

/** `timestamptz(3)`, read as ISO 8601 in UTC with milliseconds, which is how every output carries it. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => "timestamp (3) with time zone",
  fromDriver: (value) => new Date(value).toISOString(),
});

/** `bytea`. */
export const bytes = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** A full-text document; only ever built and matched by PostgreSQL. */
export const searchDocument = customType<{ data: string }>({ dataType: () => "tsvector" });

/** The tenant, first in every key (see ARCHITECTURE.md, "Tenancy"). */
export const organizationId = () => uuid().notNull();

export const id = () => uuid().notNull().$defaultFn(newId);
