import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { type Connection, connect } from "../connect.ts";
import type {} from "./provided-context.ts";

export interface TestDatabase extends Omit<Connection, "close"> {
  /** For further connections and for processes under test. */
  url: string;
  /** Closes the pool, throws everybody else out and removes the database. */
  drop(): Promise<void>;
}

/**
 * A database of the suite's own: empty, migrated, gone after `drop()`. About 35 ms. Runs on the PostgreSQL version that
 * the vitest project stands for.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const version = inject("postgresVersion");
  const template = inject("postgres")[version];
  if (template === null) throw new Error(`PostgreSQL ${version} is not running for the tests`);
  const templateName = new URL(template).pathname.slice(1);
  const name = `test_${randomBytes(8).toString("hex")}`;
  await onServer(template, `CREATE DATABASE ${name} TEMPLATE ${templateName}`);
  const url = withDatabase(template, name);
  const { db, pool, close } = connect({ url, maxConnections: 10 });
  return {
    url,
    db,
    pool,
    async drop() {
      await close();
      await onServer(template, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: withDatabase(url, "postgres") });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
