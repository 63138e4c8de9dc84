import type { Pool, PoolClient } from "pg";
import type { Database, Transaction } from "./connect.ts";

/** What Drizzle speaks through: the pool, or within a transaction its connection, which it keeps to itself. */
export const driverOf = (on: Database | Transaction): Pool | PoolClient =>
  (on._.session as unknown as { client: Pool | PoolClient }).client;
