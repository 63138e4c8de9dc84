import { createOrganization, createProfile, TEST_PASSWORD } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
/** With no place in the queue of hashes: whatever needs a hash is turned away, and what needs none would not be. */
let full: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  full = await startTestServer({}, { shared: server, passwordHasher: { maxWaiting: 0 } });
});
afterAll(async () => {
  await full.stop();
  await server.stop();
});

/** Sign-ins that must not be told apart. */
async function hopelessLogins() {
  const { database, organization } = server;
  const known = await createProfile(database.db, organization);
  const deleted = await createProfile(database.db, organization);
  await database.pool.query("DELETE FROM profiles WHERE id = $1", [deleted.id]);
  const elsewhere = await createProfile(database.db, await createOrganization(database.db));
  return {
    unknown: { email: "nobody@shop.test", password: TEST_PASSWORD },
    wrong: { email: known.email, password: "Wrong-Horse-9" },
    deleted: { email: deleted.email, password: TEST_PASSWORD },
    "of another organization": { email: elsewhere.email, password: TEST_PASSWORD },
    "an address no one can have": { email: "nobody", password: TEST_PASSWORD },
  };
}

describe("a customer who cannot sign in", () => {
  it("is answered alike: status, headers and body", async () => {
    const answers = new Set<string>();
    for (const body of Object.values(await hopelessLogins())) {
      const { status, headers, body: answer } = await server.json("POST", "/login", { body });
      const told = [...headers].filter(
        ([name]) => !["date", "x-request-id"].includes(name) && !name.startsWith("ratelimit-"),
      );
      answers.add(JSON.stringify([status, told, answer]));
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).toContain(
      '{"code":"invalid_credentials","error":"The e-mail address or the password is wrong."}',
    );
  });

  it("costs a password hash, whether there is one to compare with or not", async () => {
    for (const [name, body] of Object.entries(await hopelessLogins())) {
      const { status, headers, body: answer } = await full.json("POST", "/login", { body });
      expect([status, answer.code, headers.get("retry-after")], name).toEqual([503, "overloaded", "2"]);
    }
  });
});

it("signing up costs a password hash, whether the address is taken or not", async () => {
  const { email } = await createProfile(server.database.db, server.organization);
  for (const address of [email, "free@shop.test"]) {
    const body = { name: "Jana Nováková", email: address, password: TEST_PASSWORD };
    expect(await full.json("POST", "/profiles", { body })).toMatchObject({ status: 503 });
  }
});
