import { bigint, integer, pgTable, text } from "drizzle-orm/pg-core";

/** Counters where there is no Redis; keys carry the organization where one is known. `expire` is epoch milliseconds. */
export const rateLimits = pgTable("rate_limits", {
  key: text().primaryKey(),
  points: integer().notNull(),
  expire: bigint({ mode: "number" }),
});
