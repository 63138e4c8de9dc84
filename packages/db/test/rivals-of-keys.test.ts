import { createTestDatabase, type TestDatabase } from "@crm/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/**
 * Indexes that begin with a column of a key that a foreign key refers to, and are not unique themselves: those have to
 * begin with the organization.
 *
 * PostgreSQL plans a foreign key's check once a connection. With up to some 200 rows such an index costs as much as the
 * key's own, and may be taken; then each check reads all the tenant's rows, until the table is analyzed.
 */
const rivals = async () => {
  const { rows } = await database.pool.query<{ rival: string }>(`
    SELECT DISTINCT i.indexrelid::regclass::text AS rival
    FROM pg_constraint c
    JOIN pg_index i ON i.indrelid = c.confrelid AND i.indexrelid <> c.conindid AND i.indkey[0] = ANY (c.confkey)
    WHERE c.contype = 'f' AND NOT i.indisunique
    ORDER BY 1`);
  return rows.map(({ rival }) => rival);
};

test("no index rivals a key that other tables refer to: its check would read a tenant's every row", async () => {
  expect(await rivals()).toEqual([]);
  await database.pool.query("CREATE INDEX rival_idx ON emails (organization_id, subject)");
  expect(await rivals()).toEqual(["rival_idx"]);
  await database.pool.query("DROP INDEX rival_idx");
});
