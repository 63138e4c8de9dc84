import { createUser, TEST_PASSWORD } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const HOUR = 3_600_000;

/** Sign-ins that must not be told apart: by body, for the login of a server. */
async function hopelessLogins({ database, organization }: Pick<TestServer, "database" | "organization">) {
  const known = await createUser(database.db, organization);
  const deleted = await createUser(database.db, organization);
  await database.pool.query("DELETE FROM users WHERE id = $1", [deleted.id]);
  const expired = await createUser(database.db, organization, {
    temporaryPasswordUntil: new Date(Date.now() - HOUR).toISOString(),
  });
  const temporary = await createUser(database.db, organization, {
    temporaryPasswordUntil: new Date(Date.now() + HOUR).toISOString(),
  });
  return {
    unknown: { username: "nobody-at-all", password: TEST_PASSWORD },
    wrong: { username: known.username, password: "Wrong-Horse-9" },
    deleted: { username: deleted.username, password: TEST_PASSWORD },
    "temporary, wrong": { username: temporary.username, password: "Wrong-Horse-9" },
    "temporary, over": { username: expired.username, password: TEST_PASSWORD },
    "no such tenant": { username: known.username, password: TEST_PASSWORD, organization: "no-such-tenant" },
    "a name no one can have": { username: "nobody@mail.example", password: TEST_PASSWORD },
  };
}

describe("whoever cannot sign in", () => {
  it("is answered alike: status, headers and body", async () => {
    const answers = new Set<string>();
    for (const body of Object.values(await hopelessLogins(server))) {
      const { status, headers, body: answer } = await server.json("POST", "/api/auth/login", { body });
      const { requestId, ...rest } = answer;
      expect(requestId).toBe(headers.get("x-request-id"));
      const told = [...headers].filter(
        ([name]) => !["date", "x-request-id"].includes(name) && !name.startsWith("ratelimit-"),
      );
      answers.add(JSON.stringify([status, told, rest]));
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).toContain("INVALID_CREDENTIALS");
  });

  it("costs a password hash, whether there is one to compare with or not", async () => {
    // With no place in the queue of hashes, a login that needs one is turned away, and one that needs none would not be.
    const full = await startTestServer({}, { passwordHasher: { maxWaiting: 0 } });
    try {
      for (const [name, body] of Object.entries(await hopelessLogins(full))) {
        const { status, body: answer } = await full.json("POST", "/api/auth/login", { body });
        expect([status, answer.code], name).toEqual([503, "OVERLOADED"]);
      }
    } finally {
      await full.stop();
    }
  });
});
