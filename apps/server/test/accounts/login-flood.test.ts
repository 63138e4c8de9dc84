import { EventEmitter, once } from "node:events";
import { createSession, createUser, TEST_PASSWORD } from "@crm/db/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

/** A hash that takes far longer than a request, so that who comes finds the queue full nearly always. */
const SLOW = { memoryCost: 65_536, timeCost: 3, parallelism: 1 };
const WAITING = 3;
/** More than are computed and wait, together. */
const FLOOD = 8;
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

/**
 * People who sign in over and over, so that the flood lasts until it is told to stop, however fast the machine is. Who is
 * turned away comes again as soon as somebody else is through, that is, whenever there is a place.
 */
function startFlood(usernames: readonly string[]) {
  const answers: Awaited<ReturnType<typeof login>>[] = [];
  const places = new EventEmitter().setMaxListeners(usernames.length);
  let goesOn = true;
  const ended = Promise.all(
    usernames.map(async (username) => {
      while (goesOn) {
        const answer = await login(username);
        answers.push(answer);
        if (answer.status === 200) places.emit("free");
        else if (goesOn) await once(places, "free");
      }
    }),
  );
  ended.catch(() => {});
  const stop = () => {
    goesOn = false;
    places.emit("free");
    return ended;
  };
  return { answers, stop };
}

describe("a flood of logins", () => {
  it("is 503 beyond the queue, tells when to come back, and leaves everything else to be answered", async () => {
    const users = await Promise.all(
      Array.from({ length: FLOOD }, () => createUser(server.database.db, server.organization, { passwordHash })),
    );
    const [somebody] = users;
    if (!somebody) throw new Error("there is nobody");
    const token = await tokenOf(somebody);
    const flood = startFlood(users.map(({ username }) => username));
    try {
      const arrived = (status: number) => flood.answers.some((answer) => answer.status === status);
      await expect.poll(() => arrived(503), { timeout: 20_000 }).toBe(true);

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

      // Whoever comes just as a place is free may get it; they come again, and are told that it is too much.
      const overTrpc = await turnedAway(200, () =>
        server.json("POST", "/trpc/auth.login", {
          body: { json: { username: somebody.username, password: TEST_PASSWORD } },
        }),
      );
      expect(overTrpc.body.error?.json.data.reason).toBe("OVERLOADED");
      expect(overTrpc.headers.get("retry-after")).toBe("2");
      // Strangers, too, are told so, not whether they exist.
      expect((await turnedAway(401, () => login("nobody"))).body.code).toBe("OVERLOADED");
      // The queue moves on all the while.
      await expect.poll(() => arrived(200), { timeout: 20_000 }).toBe(true);
    } finally {
      await flood.stop();
    }

    for (const { status, headers, body } of flood.answers.filter((answer) => answer.status !== 200)) {
      expect([status, body.success, body.code, headers.get("retry-after")]).toEqual([503, false, "OVERLOADED", "2"]);
    }
    // Who was turned away has guessed nothing wrong, and comes in once there is room.
    expect((await login(somebody.username)).status).toBe(200);
  }, 60_000);
});

/** Asks until the answer is 503, and lets pass meanwhile only what whoever got a place is answered. */
async function turnedAway<Answer extends { status: number }>(otherwise: number, ask: () => Promise<Answer>) {
  for (;;) {
    const answer = await ask();
    if (answer.status === 503) return answer;
    expect(answer.status).toBe(otherwise);
  }
}

describe("a login that finds the queue full", () => {
  it("is turned away before the database is asked anything for it", async () => {
    const full = await startTestServer({}, { passwordHasher: { maxWaiting: 0 }, rateLimits, shared: server });
    try {
      const { username } = await createUser(full.database.db, full.organization, { passwordHash });
      const body = { username, password: TEST_PASSWORD };
      expect((await full.json("POST", "/api/auth/login", { body })).status).toBe(503);
      const keys = async () =>
        (await full.database.pool.query("SELECT key FROM rate_limits")).rows.map(({ key }) => key);
      expect(await keys()).not.toContainEqual(expect.stringContaining("login."));
      expect((await login(username)).status).toBe(200);
      expect(await keys()).toContainEqual(expect.stringContaining("login."));
    } finally {
      await full.stop();
    }
  });
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
