import { Client } from "pg";
import { migrate } from "../migrate.ts";

const TEMPLATE = "crm_template";

/**
 * Makes the migrated, empty database that each test database is a copy of.
 *
 * @param serverUrl any database of the server, as a superuser
 * @returns the `postgres://…` of the template, which is what `createTestDatabase` is given
 */
export async function createTemplateDatabase(serverUrl: string): Promise<string> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${TEMPLATE}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${TEMPLATE}`;
  await migrate(url.href);
  return url.href;
}
