import { contacts } from "@crm/db";
import { createContact, createOrganization, createTestDatabase, createUser } from "@crm/db/testing";
import { Client } from "pg";
import { expect, inject, test } from "vitest";

test("a test database is on the PostgreSQL that the vitest project stands for", async () => {
  const { pool, drop } = await createTestDatabase();
  const { rows } = await pool.query("SHOW server_version_num");
  await drop();
  expect(String(rows[0].server_version_num).slice(0, 2)).toBe(inject("postgresVersion"));
});

test("two test databases know nothing of each other", async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const owner = await createUser(one.db, await createOrganization(one.db));
  await createContact(one.db, owner);
  const counts = await Promise.all([one.db.$count(contacts), other.db.$count(contacts)]);
  await Promise.all([one.drop(), other.drop()]);
  expect(counts).toEqual([1, 0]);
});

test("a dropped test database is gone, even with somebody connected to it", async () => {
  const { url, drop } = await createTestDatabase();
  const visitor = new Client({ connectionString: url });
  await visitor.connect();
  const thrownOut = new Promise((resolve) => visitor.on("error", resolve));
  await drop();
  await thrownOut;
  await expect(new Client({ connectionString: url }).connect()).rejects.toMatchObject({ code: "3D000" });
});
