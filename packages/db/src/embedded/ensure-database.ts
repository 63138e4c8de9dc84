import { Client } from "pg";
import { SUPERUSER } from "./create-cluster.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

const DATABASE = "crm";

export function databaseUrl({ password, port }: { password: string; port: number }): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

/** Makes the database unless it is there; which also proves that the password is the right one. */
export async function ensureDatabase(url: string): Promise<void> {
  try {
    await query(url, "SELECT 1");
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "28P01") {
      throw new EmbeddedPostgresError("PostgreSQL refuses the password kept beside its data; restore that file.", {
        cause: error,
      });
    }
    if (code !== "3D000") throw error;
    const maintenance = new URL(url);
    maintenance.pathname = "/postgres";
    await query(maintenance.href, `CREATE DATABASE ${DATABASE}`);
  }
}

async function query(connectionString: string, sql: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}
