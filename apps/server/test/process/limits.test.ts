import { createOrganization, createTestDatabase, createUser, TEST_PASSWORD, type TestDatabase } from "@crm/db/testing";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { addressIn, endAll, newEnvironment, startCrm } from "./start-crm.ts";

declare module "vitest" {
  interface ProvidedContext {
    redis: string | null;
  }
}

const RUNNING = "The CRM is running.";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await endAll();
  await database.drop();
});

const redis = inject("redis");
const environment = {
  ...newEnvironment(),
  RATE_LIMIT_MAX_REQUESTS: "60",
};

it.each([
  { store: "PostgreSQL", url: "", processes: 4 },
  // That it counts exactly over four is shown on the service itself, for less.
  { store: "Redis", url: redis ?? "", processes: 2 },
])(
  "$processes processes on one database keep one count, in $store, and a restart forgets nothing",
  async ({ store, url, processes }) => {
    if (store === "Redis" && url === "") throw new Error("Redis is not running for the tests");
    const env = { ...environment, DATABASE_URL: database.url, REDIS_URL: url };
    const start = () => startCrm(["serve", "--no-worker"], env);
    const crms = Array.from({ length: processes }, start);
    const urls = await Promise.all(crms.map(async (crm) => addressIn(await crm.until(RUNNING))));

    const organization = await ownOrganization(store.toLowerCase());
    const { username } = await createUser(database.db, organization);
    const login = (base: string, password: string) =>
      fetch(`${base}/api/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username, password, organization: organization.slug }),
      });
    const { data } = (await (await login(urls[0] ?? "", TEST_PASSWORD)).json()) as {
      data: { tokens: { accessToken: string } };
    };
    const headers = { authorization: `Bearer ${data.tokens.accessToken}` };
    const me = (base: string) => fetch(`${base}/api/auth/me`, { headers });

    const statuses = (calls: number, call: (base: string) => Promise<Response>) =>
      Promise.all(
        Array.from({ length: calls }, async (_, index) => (await call(urls[index % processes] ?? "")).status),
      );
    const count = (all: readonly number[], status: number) => all.filter((each) => each === status).length;

    const rush = await statuses(160, me);
    expect([count(rush, 200), count(rush, 429)]).toEqual([60, 100]);
    const guesses = await statuses(24, (base) => login(base, "Wrong-Horse-7"));
    expect([count(guesses, 401), count(guesses, 429)]).toEqual([5, 19]);

    for (const crm of crms) crm.child.kill("SIGKILL");
    await Promise.all(crms.map(({ ended }) => ended));
    const again = start();
    const base = addressIn(await again.until(RUNNING));
    expect((await me(base)).status).toBe(429);
    expect((await login(base, TEST_PASSWORD)).status).toBe(429);
    again.child.kill("SIGTERM");
    await again.ended;
  },
  120_000,
);

const ownOrganization = (slug: string) => createOrganization(database.db, { slug });
