import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProfile, type RedisServer, startRedisServer, TEST_PASSWORD } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    redis: string | null;
  }
}

const redisUrl = inject("redis");
type Store = Parameters<typeof startTestServer>[1];

/** Limits are counted in the database, so that Redis holds nothing but what was logged out. */
const STORES: { name: string; options: Store; present: boolean; shared: boolean }[] = [
  { name: "memory", options: { revocationStore: "memory" }, present: true, shared: false },
  { name: "the database", options: {}, present: true, shared: true },
  { name: "Redis", options: { redisUrl }, present: redisUrl !== null, shared: true },
];

async function newCustomer(server: TestServer) {
  const { id, email } = await createProfile(server.database.db, server.organization);
  const login = async (at = server): Promise<string> => {
    const { status, body } = await at.json("POST", "/login", { body: { email, password: TEST_PASSWORD } });
    expect(status).toBe(200);
    return body.token;
  };
  return { id, login, get: (token: string, at = server) => at.json("GET", `/profiles/${id}`, { token }) };
}

describe.each(STORES)("logging out, remembered in $name", ({ options, present, shared }) => {
  const test = it.skipIf(!present);
  let server: TestServer;
  let second: TestServer;
  beforeAll(async () => {
    if (!present) return;
    server = await startTestServer({}, options);
    second = await startTestServer({}, { ...options, shared: server });
  });
  afterAll(async () => {
    await second?.stop();
    await server?.stop();
  });

  test.each(["GET", "POST"])(
    "ends the token that it is asked with, and no other of the profile: %s",
    async (method) => {
      const { login, get } = await newCustomer(server);
      const [mine, other] = [await login(), await login()];
      const answer = await server.fetch("/logout", { method, headers: { authorization: `Bearer ${mine}` } });
      expect([answer.status, await answer.text(), answer.headers.get("cache-control")]).toEqual([200, "", "no-store"]);
      expect(await get(mine)).toMatchObject({ status: 401, body: { code: "unauthorized" } });
      expect((await server.json(method, "/logout", { token: mine })).status).toBe(401);
      expect((await get(other)).status).toBe(200);
      expect((await get(await login())).status).toBe(200);
    },
  );

  test("holds over tRPC as well", async () => {
    const { login, id } = await newCustomer(server);
    const token = await login();
    expect((await server.json("POST", "/trpc/profiles.logout", { token, body: {} })).status).toBe(200);
    const input = encodeURIComponent(JSON.stringify({ json: { id } }));
    const { status, body } = await server.json("GET", `/trpc/profiles.get?input=${input}`, { token });
    expect([status, body.error.json.data.reason]).toEqual([401, "UNAUTHORIZED"]);
  });

  test("ends it once, however many ask at once", async () => {
    const { login, get } = await newCustomer(server);
    const token = await login();
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.json("POST", "/logout", { token })));
    for (const { status } of answers) expect([200, 401]).toContain(status);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect((await get(token)).status).toBe(401);
  });

  if (!shared) return;

  test("holds in every process at the next request", async () => {
    const { login, get } = await newCustomer(server);
    const [mine, other] = [await login(second), await login()];
    expect((await get(mine)).status).toBe(200);
    expect((await server.json("POST", "/logout", { token: mine })).status).toBe(200);
    expect((await get(mine, second)).status).toBe(401);
    expect((await get(other, second)).status).toBe(200);
  });

  test("holds in a process that starts afterwards", async () => {
    const { login, get } = await newCustomer(server);
    const [mine, other] = [await login(), await login()];
    await server.json("POST", "/logout", { token: mine });
    const third = await startTestServer({}, { ...options, shared: server });
    try {
      expect((await get(mine, third)).status).toBe(401);
      expect((await get(other, third)).status).toBe(200);
    } finally {
      await third.stop();
    }
  });
});

it("a list in memory that has just begun refuses tokens of before: nobody knows which were logged out", async () => {
  const server = await startTestServer({}, { revocationStore: "memory" });
  const { login, get } = await newCustomer(server);
  const token = await login();
  await expect.poll(() => Date.now()).toBeGreaterThan(Date.now());
  const restarted = await startTestServer({}, { revocationStore: "memory", shared: server });
  try {
    expect((await get(token, restarted)).status).toBe(401);
    expect((await get(await login(restarted), restarted)).status).toBe(200);
  } finally {
    await restarted.stop();
    await server.stop();
  }
});

describe.skipIf(redisUrl === null)("a Redis that is stopped and started again", () => {
  let folder: string;
  let redis: RedisServer;
  let running = true;
  let servers: TestServer[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "crm-redis-"));
    redis = await startRedisServer({ folder, persistent: true });
    const first = await startTestServer({}, { redisUrl: redis.url });
    servers = [first, await startTestServer({}, { redisUrl: redis.url, shared: first })];
  });
  afterAll(async () => {
    for (const server of servers.reverse()) await server.stop();
    if (running) await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const stop = async () => {
    await redis.stop();
    running = false;
  };
  const start = async (options: { persistent: boolean }) => {
    redis = await startRedisServer({ folder, port: redis.port, ...options });
    running = true;
  };
  const first = () => servers[0] as TestServer;
  /** Processes come back to it by themselves, within seconds. */
  const untilTrusted = (statusOf: () => Promise<number>) =>
    expect.poll(statusOf, { timeout: 15_000, interval: 50 }).toBe(200);

  it("is not needed to sign up and in, but no token is trusted without it, in any process", async () => {
    const customer = await newCustomer(first());
    const [gone, token] = [await customer.login(), await customer.login()];
    await first().json("POST", "/logout", { token: gone });
    await stop();
    for (const server of servers) {
      for (const each of [gone, token, await customer.login(server)]) {
        const refused = await customer.get(each, server);
        expect(refused).toMatchObject({ status: 401, body: { code: "token_unverified" } });
        expect(refused.headers.get("retry-after")).toBe("3");
        expect((await server.json("GET", "/logout", { token: each })).status).toBe(401);
      }
      const body = { name: "Jana Nováková", email: `${randomUUID()}@shop.test`, password: TEST_PASSWORD };
      expect((await server.json("POST", "/profiles", { body })).status).toBe(201);
    }
    // An admin's session is none of Redis' business.
    const { accessToken } = await first().signIn({ role: "admin" });
    expect((await customer.get(accessToken)).status).toBe(200);

    // Back with what it knew: what was logged out stays so, and all others go on.
    await start({ persistent: true });
    for (const server of servers) {
      await untilTrusted(async () => (await customer.get(token, server)).status);
      expect((await customer.get(gone, server)).status).toBe(401);
    }
  });

  it("that has forgotten everything ends every token of before, and new ones count", async () => {
    const customer = await newCustomer(first());
    const [gone, token] = [await customer.login(), await customer.login()];
    await first().json("POST", "/logout", { token: gone });
    await stop();
    await start({ persistent: false });
    for (const server of servers) {
      await untilTrusted(async () => (await customer.get(await customer.login(server), server)).status);
      for (const each of [gone, token]) {
        expect(await customer.get(each, server)).toMatchObject({ status: 401, body: { code: "unauthorized" } });
      }
    }
  });
});
