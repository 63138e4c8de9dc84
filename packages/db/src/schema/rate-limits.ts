import { bigint, integer, pgTable, text } from "drizzle-orm/pg-core";

/** Counters where there is no Redis. Times are epoch milliseconds by the database's clock. */
export const rateLimits = pgTable("rate_limits", {
  key: text().primaryKey(),
  /** Taken of the window's allowance, `held` included. */
  points: integer().notNull(),
  /** What the last taker got, so that one statement can both take and tell. */
  granted: integer().notNull().default(0),
  /** Taken by a process that may still give them back, until `heldUntil` at the latest. */
  held: integer().notNull().default(0),
  heldUntil: bigint({ mode: "number" }).notNull().default(0),
  /** End of the window. */
  expire: bigint({ mode: "number" }).notNull(),
});
