import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createTestDatabase,
  type RedisServer,
  startRedisServer,
  TEST_PASSWORD,
  type TestDatabase,
} from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { addressIn, endAll, newEnvironment, startCrm } from "./start-crm.ts";

declare module "vitest" {
  interface ProvidedContext {
    redis: string | null;
  }
}

const RUNNING = "The CRM is running.";

describe.skipIf(inject("redis") === null)("two processes that share a Redis", () => {
  let database: TestDatabase;
  let folder: string;
  let redis: RedisServer;
  let isRedisThere = true;
  let urls: string[];
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), "crm-redis-"));
    redis = await startRedisServer({ folder, persistent: true });
    const env = {
      ...newEnvironment(),
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
    };
    const crms = [startCrm(["serve", "--no-worker"], env), startCrm(["serve", "--no-worker"], env)];
    urls = await Promise.all(crms.map(async (crm) => addressIn(await crm.until(RUNNING))));
  }, 60_000);
  afterAll(async () => {
    await endAll();
    if (isRedisThere) await redis.stop();
    await rm(folder, { recursive: true, force: true });
    await database.drop();
  });

  const post = async (url: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return (await response.json()) as { id: string; token: string };
  };

  it("refuse a customer's token once one of them was told to, also after Redis was away; others go on", async () => {
    const [one = "", other = ""] = urls;
    const customer = { email: "jana@shop.test", password: TEST_PASSWORD };
    const { id } = await post(`${one}/profiles`, { ...customer, name: "Jana Nováková" });
    const { token: gone } = await post(`${one}/login`, customer);
    const { token: kept } = await post(`${other}/login`, customer);
    const ask = (base: string, path: string, token: string) =>
      fetch(base + path, { headers: { authorization: `Bearer ${token}` } });
    const statuses = (token: string) =>
      Promise.all(urls.map(async (url) => (await ask(url, `/profiles/${id}`, token)).status));

    expect([await statuses(gone), await statuses(kept)]).toEqual([
      [200, 200],
      [200, 200],
    ]);
    expect((await ask(one, "/logout", gone)).status).toBe(200);
    expect([await statuses(gone), await statuses(kept)]).toEqual([
      [401, 401],
      [200, 200],
    ]);

    await redis.stop();
    isRedisThere = false;
    expect(await statuses(kept)).toEqual([401, 401]);
    redis = await startRedisServer({ folder, port: redis.port, persistent: true });
    isRedisThere = true;
    await expect.poll(() => statuses(kept), { timeout: 15_000, interval: 100 }).toEqual([200, 200]);
    expect(await statuses(gone)).toEqual([401, 401]);
  }, 60_000);
});
