import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator";
import { Client } from "pg";

// Two processes that start at once must not migrate at once.
const MIGRATION_LOCK = 7_246_891;

/**
 * Brings the database at `url` to the schema of this release. Safe to call from several processes; a no-op when
 * there is nothing to do.
 */
export async function migrate(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  // Lost between two statements, it says so here; the next statement fails.
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await applyMigrations(drizzle(client), {
      migrationsFolder: fileURLToPath(new URL("../migrations", import.meta.url)),
    });
  } finally {
    await client.end();
  }
}
