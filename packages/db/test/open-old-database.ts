import { fileURLToPath } from "node:url";
import { migrate } from "@crm/db";
import { createTestDatabase } from "@crm/db/testing";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { Client } from "pg";

const FOLDER = fileURLToPath(new URL("../migrations", import.meta.url));

/** A database as an earlier release left it. */
export interface OldDatabase {
  client: Client;
  /** Brings it to the present release. */
  migrate(): Promise<void>;
  drop(): Promise<void>;
}

/** @param migrations how many of them it has seen */
export async function openOldDatabase(migrations: number): Promise<OldDatabase> {
  const present = await createTestDatabase();
  const url = new URL(present.url);
  url.pathname = `${url.pathname}_old`;
  const name = url.pathname.slice(1);
  await present.pool.query(`CREATE DATABASE ${name}`);
  const client = new Client({ connectionString: url.href });
  await client.connect();
  await client.query("CREATE SCHEMA drizzle");
  await client.query("CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text, created_at bigint)");
  for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder: FOLDER }).slice(0, migrations)) {
    for (const statement of sql) await client.query(statement);
    const row = [hash, folderMillis];
    await client.query("INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ($1, $2)", row);
  }
  return {
    client,
    migrate: () => migrate(url.href),
    async drop() {
      await client.end();
      await present.pool.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await present.drop();
    },
  };
}

/** Somebody with a linked mailbox, in an organization that is made with the first of them; user and account share the id. */
export async function addOldMailbox(client: Client, organizationId: string, id: string): Promise<void> {
  await client.query("INSERT INTO organizations (id, slug, name) VALUES ($1, 'old', 'Old') ON CONFLICT DO NOTHING", [
    organizationId,
  ]);
  await client.query("INSERT INTO users (organization_id, id, username, password_hash) VALUES ($1, $2, $3, '')", [
    organizationId,
    id,
    `user ${id}`,
  ]);
  await client.query(
    `INSERT INTO mail_accounts (organization_id, id, user_id, address, password_encrypted, session_url, jmap_account_id)
     VALUES ($1, $2, $2, $3, '', '', '')`,
    [organizationId, id, `${id}@x.test`],
  );
}
