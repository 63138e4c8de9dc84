import { migrate } from "@crm/db";
import { createTestDatabase, type TestDatabase } from "@crm/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const tables = async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
  );
  return rows.map(({ name }) => name);
};

test("migrating again, from several processes at once, changes nothing", async () => {
  const before = await tables();
  await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
  expect(await tables()).toEqual(before);
  expect(before).toContain("organizations");
});

test("several processes that migrate an empty database at once make it once", async () => {
  const empty = new URL(database.url);
  empty.pathname = `${empty.pathname}_empty`;
  const name = empty.pathname.slice(1);
  await database.pool.query(`CREATE DATABASE ${name}`);
  try {
    await Promise.all([migrate(empty.href), migrate(empty.href)]);
  } finally {
    await database.pool.query(`DROP DATABASE ${name} WITH (FORCE)`);
  }
});

test("every key and unique index of a tenant's table begins with the organization", async () => {
  const { rows } = await database.pool.query<{ table: string; index: string; first: string }>(`
    SELECT t.relname AS "table", i.relname AS "index", coalesce(a.attname, 'an expression') AS "first"
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_class t ON t.oid = x.indrelid
    LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
    WHERE x.indisunique AND t.relnamespace = 'public'::regnamespace AND t.relname NOT IN ('organizations', 'rate_limits')`);
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter(({ first }) => first !== "organization_id")).toEqual([]);
});

test("every foreign key between tenants' tables begins with the organization", async () => {
  const { rows } = await database.pool.query<{ name: string; first: string }>(`
    SELECT c.conname AS name, a.attname AS first
    FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace`);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter(({ first }) => first !== "organization_id")).toEqual([]);
});

test("text is folded alike with and without diacritics and capitals", async () => {
  const { rows } = await database.pool.query("SELECT crm_fold('Horváthová ŽĽAB') AS folded");
  expect(rows).toEqual([{ folded: "horvathova zlab" }]);
});

test("a contact's JSON is the same whatever the settings of the connection that writes it", async () => {
  const json = async (settings: string) => {
    const client = await database.pool.connect();
    try {
      await client.query(settings);
      const { rows } =
        await client.query(`SELECT crm_contact_json('019c12f0-8b02-7d10-8f43-1c9e5a7d4b22', 'eva@example.com',
        E'Eva "H\u00e1" \\\\\n', NULL, ARRAY['a,b'], 2, 1, NULL, '2026-01-30T10:00:00.5Z', '0987-06-05T04:03:02Z', '2026-12-31T23:59:59.999Z') AS json`);
      return rows[0].json as string;
    } finally {
      client.release(true);
    }
  };
  const usual = await json("SET TimeZone = 'UTC'");
  expect(await json("SET TimeZone = 'America/St_Johns'; SET DateStyle = 'SQL, DMY'; SET lc_time = 'C'")).toBe(usual);
  expect(usual).not.toContain("\n");
  expect(JSON.parse(usual)).toEqual({
    id: "019c12f0-8b02-7d10-8f43-1c9e5a7d4b22",
    email: "eva@example.com",
    name: 'Eva "Há" \\\n',
    notes: null,
    tags: ["a,b"],
    emailCount: 2,
    unreadCount: 1,
    lastEmailDate: null,
    addedAt: "2026-01-30T10:00:00.500Z",
    createdAt: "0987-06-05T04:03:02.000Z",
    updatedAt: "2026-12-31T23:59:59.999Z",
  });
});
