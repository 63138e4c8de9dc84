import { createProfile, TEST_PASSWORD } from "@crm/db/testing";
import { createCrmClient, isCrmError, memoryTokenStore } from "@crm/sdk";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

describe("a shop's code", () => {
  it("signs a customer up and in, acts for them, and signs them out", async () => {
    const store = memoryTokenStore();
    const shop = createCrmClient({ baseUrl: server.url, tokens: store });
    const email = "jana@shop.test";
    const { id } = await shop.profiles.create({ name: "Jana Nováková", email, password: TEST_PASSWORD });
    const { token } = await shop.profiles.login({ email, password: TEST_PASSWORD });
    expect(store.get()).toEqual({ accessToken: token, refreshToken: "", expiresIn: 86_400 });
    expect((await shop.profiles.list()).items).toEqual([await shop.profiles.get({ id })]);
    expect(await shop.profiles.update({ id, name: "Jana Horváthová", email })).toMatchObject({
      name: "Jana Horváthová",
    });
    expect(await shop.profiles.logout()).toEqual({ loggedOut: true });
    expect(store.get()).toBeNull();
    await expect(shop.profiles.get({ id })).rejects.toMatchObject({ code: "UNAUTHORIZED", status: 401 });
  });

  it("acts with the token that came with a request, and is told once it is over", async () => {
    const { id, email } = await createProfile(server.database.db, server.organization);
    const { body } = await server.json("POST", "/login", { body: { email, password: TEST_PASSWORD } });
    const onSessionEnded = vi.fn();
    const tokens = memoryTokenStore(body.token);
    const shop = createCrmClient({ baseUrl: server.url, tokens, onSessionEnded });
    expect((await shop.profiles.get({ id })).email).toBe(email);
    await server.json("POST", "/logout", { token: body.token });
    await expect(shop.profiles.get({ id })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    expect(onSessionEnded).toHaveBeenCalledTimes(1);
    expect(tokens.get()).toBeNull();
  });

  it("tells by its code what was refused, and sends a sign-up once", async () => {
    const fetch = vi.fn(globalThis.fetch);
    const shop = createCrmClient({ baseUrl: server.url, fetch });
    const { email } = await createProfile(server.database.db, server.organization);
    const error: unknown = await shop.profiles
      .create({ name: "Jana Nováková", email, password: TEST_PASSWORD })
      .catch((reason: unknown) => reason);
    expect(isCrmError(error, "EMAIL_TAKEN")).toBe(true);
    const wrong = shop.profiles.login({ email, password: "Wrong-Horse-9" });
    await expect(wrong).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
    expect(fetch).toHaveBeenCalledTimes(2);
    for (const [, init] of fetch.mock.calls) expect(new Headers(init?.headers).has("idempotency-key")).toBe(false);
  });
});

it("an admin walks through all profiles, by session or by API key", async () => {
  const { user } = await server.signIn({ role: "admin" });
  const crm = createCrmClient({ baseUrl: server.url });
  await crm.auth.login({ username: user.username, password: TEST_PASSWORD });
  const { key } = await crm.auth.apiKeys.create({ name: "shop", scopes: ["admin"] });
  const byKey = createCrmClient({ baseUrl: server.url, tokens: memoryTokenStore(key) });
  for (let made = 0; made < 3; made++) await createProfile(server.database.db, server.organization);
  for (const client of [crm, byKey]) {
    const seen = [];
    for await (const { id } of client.profiles.list.all({ limit: 2 })) seen.push(id);
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(new Set(seen).size).toBe(seen.length);
  }
});
