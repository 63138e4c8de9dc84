import { createTestDatabase, type TestDatabase } from "@crm/db/testing";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { connect } from "../src/connect.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

it("a connection that is lost between two statements fails its transaction, and nothing else", async () => {
  const lost: string[] = [];
  let isLost: () => void = () => {};
  const losing = new Promise<void>((resolve) => (isLost = resolve));
  const { db, close } = connect({
    url: database.url,
    onError: ({ message }) => {
      lost.push(message);
      isLost();
    },
  });
  const transaction = db.transaction(async (tx) => {
    const { rows } = await tx.execute(sql`SELECT pg_backend_pid() AS pid`);
    await database.pool.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
    await losing;
    await tx.execute(sql`SELECT 1`);
  });
  await expect(transaction).rejects.toThrow();
  expect(lost[0]).toMatch("terminating connection due to administrator command");
  const { rows } = await db.execute(sql`SELECT 1 AS one`);
  expect(rows).toEqual([{ one: 1 }]);
  await close();
});
