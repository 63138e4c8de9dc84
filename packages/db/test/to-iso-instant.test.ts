import { afterAll, beforeAll, expect, it } from "vitest";
import { toIsoInstant } from "../src/schema/columns.ts";
import { createTestDatabase, type TestDatabase } from "../src/testing/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it.each([
  "2026-11-25T08:30:00.000Z",
  "2026-11-25T08:30:00.500Z",
  "2026-11-25T08:30:00.050Z",
  "2026-11-25T08:30:00.123Z",
  "0001-01-01T00:00:00.000Z",
  "9999-12-31T23:59:59.999Z",
])("%s comes back as it went in, as text and within JSON", async (instant) => {
  const { rows } = await database.pool.query(
    `SELECT at::text AS text, to_json(at) #>> '{}' AS json FROM (SELECT $1::timestamptz(3) AS at) AS given`,
    [instant],
  );
  expect([toIsoInstant(rows[0].text), toIsoInstant(rows[0].json)]).toEqual([instant, instant]);
});

it("another zone than UTC is reckoned with", () => {
  expect(toIsoInstant("2026-11-25 08:30:00.5+05:30")).toBe("2026-11-25T03:00:00.500Z");
  expect(toIsoInstant("2026-11-25 08:30:00.5+01")).toBe("2026-11-25T07:30:00.500Z");
});
