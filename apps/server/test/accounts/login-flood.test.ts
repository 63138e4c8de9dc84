import { createSession, createUser, TEST_PASSWORD } from "@crm/db/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

/** So slow a hash that a flood lasts: what is answered meanwhile, did not wait for it. */
const SLOW = { memoryCost: 65_536, timeCost: 12, parallelism: 1 };
const WAITING = 3;
const FLOOD = 12;
const rateLimits = { windowMs: 60_000, maxRequests: 1e6, loginMax: 1e6, sensitiveMax: 1e6 };

let server: TestServer;
let passwordHash: string;
beforeEach(async () => {
  const passwordHasher = { cost: SLOW, concurrency: 1, maxWaiting: WAITING };
  server = await startTestServer({}, { passwordHasher, rateLimits });
  passwordHash = await server.dependencies.passwords.hash(TEST_PASSWORD);
});
afterEach(() => server.stop());

const login = (username: string, password = TEST_PASSWORD) =>
  server.json("POST", "/api/auth/login", { body: { username, password } });

async function tokenOf(user: Awaited<ReturnType<typeof createUser>>) {
  const { id: sessionId, organizationId, userId } = await createSession(server.database.db, user);
  return server.dependencies.accessTokens.sign({ organizationId, userId, sessionId });
}

describe("a flood of logins", () => {
  it("is 503 beyond the queue, tells when to come back, and leaves everything else to be answered", async () => {
    const users = await Promise.all(
      Array.from({ length: FLOOD }, () => createUser(server.database.db, server.organization, { passwordHash })),
    );
    const [somebody] = users;
    if (!somebody) throw new Error("there is nobody");
    const token = await tokenOf(somebody);
    const statuses: number[] = [];
    const flood = users.map(async ({ username }) => {
      const answer = await login(username);
      statuses.push(answer.status);
      return answer;
    });
    const count = (status: number) => statuses.filter((one) => one === status).length;
    // One hash is computed, three wait: the others know at once.
    await expect.poll(() => count(503), { timeout: 10_000 }).toBe(FLOOD - WAITING - 1);

    const reads = [
      "/api/contacts",
      "/api/auth/me",
      "/api/emails",
      "/trpc/contacts.list?input=%7B%22json%22%3A%7B%7D%7D",
    ];
    for (const path of ["/healthz", "/readyz", ...reads]) {
      expect((await server.json("GET", path, { token })).status, path).toBe(200);
    }
    const write = await server.json("POST", "/api/contacts", { token, body: { email: "new@x.test" } });
    expect(write.status).toBe(201);
    const overTrpc = await server.json("POST", "/trpc/auth.login", {
      body: { json: { username: somebody.username, password: TEST_PASSWORD } },
    });
    expect([overTrpc.status, overTrpc.body.error?.json.data.reason]).toEqual([503, "OVERLOADED"]);
    expect(overTrpc.headers.get("retry-after")).toBe("2");
    // Strangers, too, are told that it is too much, not whether they exist.
    expect((await login("nobody")).body.code).toBe("OVERLOADED");
    expect(count(200), "the flood is over, so nothing was shown").toBeLessThan(WAITING + 1);

    const answers = await Promise.all(flood);
    expect([count(200), count(503)]).toEqual([WAITING + 1, FLOOD - WAITING - 1]);
    for (const { headers, body } of answers.filter(({ status }) => status === 503)) {
      expect([body.success, body.code, headers.get("retry-after")]).toEqual([false, "OVERLOADED", "2"]);
    }
    // Who was turned away has guessed nothing wrong, and comes in once there is room.
    const late = users[answers.findIndex(({ status }) => status === 503)];
    expect((await login(late?.username ?? "")).status).toBe(200);
  }, 60_000);
});

describe("a password over 128 characters", () => {
  it("is refused before anything is hashed", async () => {
    const full = await startTestServer({}, { passwordHasher: { maxWaiting: 0 }, rateLimits, shared: server });
    try {
      const user = await createUser(full.database.db, full.organization, { passwordHash });
      const token = await tokenOf(user);
      const ask = async (path: string, body: object) => {
        const { status, body: answer } = await full.json("POST", path, { token, body });
        return [status, answer.code];
      };
      const tooLong = `Aa1!${"x".repeat(125)}`;
      for (const newPassword of [tooLong, `Aa1!${"x".repeat(500_000)}`]) {
        const passwords = { newPassword, confirmPassword: newPassword, currentPassword: TEST_PASSWORD };
        expect(await ask("/api/auth/set-password", passwords)).toEqual([400, "VALIDATION_ERROR"]);
        const { username } = user;
        expect(await ask("/api/auth/login", { username, password: newPassword })).toEqual([400, "VALIDATION_ERROR"]);
      }
      // One of 128 would be hashed, if there were room.
      const fits = tooLong.slice(0, 128);
      const passwords = { newPassword: fits, confirmPassword: fits, currentPassword: TEST_PASSWORD };
      expect(await ask("/api/auth/set-password", passwords)).toEqual([503, "OVERLOADED"]);
    } finally {
      await full.stop();
    }
  });
});
