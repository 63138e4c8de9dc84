import { createOrganization, createTestDatabase, createUser, TEST_PASSWORD, type TestDatabase } from "@crm/db/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { followFeed } from "../events/follow-feed.ts";
import { addressIn, endAll, newEnvironment, startCrm } from "./start-crm.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await endAll();
  await database.drop();
});

const post = (url: string, body: object, token?: string) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });

it("live streams of two processes: one's write is the other's event, a stop ends them in order, a logout everywhere", async () => {
  const env = {
    ...newEnvironment(),
    DATABASE_URL: database.url,
  };
  const crms = [startCrm(["serve", "--no-worker"], env), startCrm(["serve", "--no-worker"], env)] as const;
  const [one, other] = await Promise.all(crms.map(async (crm) => addressIn(await crm.until("The CRM is running."))));
  if (!one || !other) throw new Error("a process has no address");

  const { username } = await createUser(database.db, await createOrganization(database.db, { slug: "streams" }));
  const login = { username, password: TEST_PASSWORD, organization: "streams" };
  const answer = (await (await post(`${one}/api/auth/login`, login)).json()) as {
    data: { tokens: { accessToken: string } };
  };
  const token = answer.data.tokens.accessToken;

  const feeds = [await followFeed(one, { token }), await followFeed(other, { token })] as const;
  await post(`${one}/api/contacts`, { email: "both@example.test" }, token);
  const blocks = await Promise.all(feeds.map((feed) => feed.until("contact.added")));
  expect(blocks[0]).toEqual(blocks[1]);

  crms[0].child.kill("SIGTERM");
  // In order: the end is told, where a cut connection would be an error.
  expect(await feeds[0].next()).toBeNull();
  expect(await crms[0].ended).toBe(0);
  await expect(followFeed(one, { token })).rejects.toThrow();

  const ended = feeds[1].ended(5_000);
  await post(`${other}/api/auth/logout`, {}, token);
  await ended;
  crms[1].child.kill("SIGTERM");
  expect(await crms[1].ended).toBe(0);
}, 120_000);
