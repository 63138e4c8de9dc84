import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import * as schema from "./schema/index.ts";

/** `$client` is the pool beneath. */
export type Database = NodePgDatabase<typeof schema> & { $client: Pool };
/** Inside `db.transaction(…)`; everything a query needs is on both. */
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

export interface Connection {
  db: Database;
  pool: Pool;
  close(): Promise<void>;
}

export interface ConnectOptions {
  url: string;
  /** @default 20 */
  maxConnections?: number;
  /** Told of connections that were lost (the server went away), in use or idle; the pool makes new ones by itself. */
  onError?: (error: Error) => void;
}

/** Opens a pool. Nothing is connected until the first query. */
export function connect({ url, maxConnections = 20, onError = () => {} }: ConnectOptions): Connection {
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: "crm",
    options: "-c TimeZone=UTC -c idle_in_transaction_session_timeout=60000",
  });
  let closing = false;
  // A server that goes away while we say goodbye to it is no loss.
  const onLost = (error: Error) => {
    if (!closing) onError(error);
  };
  pool.on("error", onLost);
  // The pool listens to idle connections alone. One that is lost between two statements of a transaction would end the
  // process; its next statement fails by itself.
  pool.on("connect", (client) => client.on("error", onLost));
  const close = () => {
    closing = true;
    return pool.end();
  };
  return { db: drizzle(pool, { schema, casing: "snake_case" }), pool, close };
}
