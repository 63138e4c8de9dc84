import { readFile } from "node:fs/promises";
import type { Pool } from "pg";

interface Journal {
  entries: { when: number; tag: string }[];
}

/** The names of this release's migrations that the database does not have yet. */
export async function pendingMigrations(pool: Pool): Promise<string[]> {
  const journal = new URL("../migrations/meta/_journal.json", import.meta.url);
  const { entries } = JSON.parse(await readFile(journal, "utf8")) as Journal;
  const { rows: present } = await pool.query("SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS begun");
  if (!present[0]?.begun) return entries.map(({ tag }) => tag);
  const { rows } = await pool.query("SELECT max(created_at) AS last FROM drizzle.__drizzle_migrations");
  const last = Number(rows[0]?.last ?? 0);
  return entries.filter(({ when }) => when > last).map(({ tag }) => tag);
}
