import { createUser, TEST_PASSWORD } from "@crm/db/testing";
import { afterEach, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "./start-test-server.ts";

const SETTINGS = { windowMs: 900_000, maxRequests: 40, loginMax: 5, sensitiveMax: 3 };

let server: TestServer;
afterEach(() => server.stop());

const start = async (settings: Partial<typeof SETTINGS> = {}, trustProxy = 0) => {
  server = await startTestServer({ trustProxy }, { rateLimits: { ...SETTINGS, ...settings } });
};
const login = (username: string, password: string, headers: Record<string, string> = {}) =>
  server.json("POST", "/api/auth/login", { body: { username, password }, headers });
const limitOf = (headers: Headers) => ({
  limit: Number(headers.get("ratelimit-limit")),
  remaining: Number(headers.get("ratelimit-remaining")),
  reset: Number(headers.get("ratelimit-reset")),
});

describe("limits over HTTP", () => {
  it("tells a user what is left, and at the end when to come back, over REST and tRPC alike", async () => {
    await start();
    const { accessToken: token } = await server.signIn();
    for (let remaining = 39; remaining >= 20; remaining--) {
      const { status, headers } = await server.json("GET", "/api/auth/me", { token });
      expect(status).toBe(200);
      expect(limitOf(headers)).toMatchObject({ limit: 40, remaining });
    }
    for (let remaining = 19; remaining >= 0; remaining--) {
      const { status, headers } = await server.json("GET", "/trpc/auth.me", { token });
      expect(status).toBe(200);
      expect(limitOf(headers)).toMatchObject({ limit: 40, remaining });
    }
    for (const path of ["/api/contacts", "/trpc/auth.me"]) {
      const { status, headers, body } = await server.json("GET", path, { token });
      expect(status).toBe(429);
      expect(body.code ?? body.error.json.data.reason).toBe("RATE_LIMITED");
      const { limit, remaining, reset } = limitOf(headers);
      expect({ limit, remaining }).toEqual({ limit: 40, remaining: 0 });
      expect(reset).toBeGreaterThan(800);
      expect(reset).toBeLessThanOrEqual(900);
      expect(headers.get("retry-after")).toBe(String(reset));
    }
    // Another user's calls, from the same address, are another matter.
    const { accessToken } = await server.signIn();
    expect((await server.json("GET", "/api/auth/me", { token: accessToken })).status).toBe(200);
  });

  it("counts strangers by their address, also those who are turned away", async () => {
    await start();
    for (let call = 0; call < 40; call++) {
      expect((await server.json("GET", "/api/contacts", { token: "guessed" })).status).toBe(401);
    }
    expect((await server.json("GET", "/api/contacts", { token: "guessed" })).status).toBe(429);
    expect((await server.json("POST", "/api/auth/refresh", { body: {} })).status).toBe(429);
    expect((await server.fetch("/healthz")).status).toBe(200);
  });

  it("counts every call of a batch", async () => {
    await start();
    const { username } = await createUser(server.database.db, server.organization);
    const wrong = { json: { username, password: "Wrong-Horse-7" } };
    const calls = Array.from({ length: 10 }, () => "auth.login").join(",");
    const body = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [index, wrong]));
    const answer = await server.json("POST", `/trpc/${calls}?batch=1`, { body });
    const reasons = answer.body.map(
      (each: { error: { json: { data: { reason: string } } } }) => each.error.json.data.reason,
    );
    expect(reasons.filter((reason: string) => reason === "INVALID_CREDENTIALS")).toHaveLength(5);
    expect(reasons.filter((reason: string) => reason === "RATE_LIMITED")).toHaveLength(5);
    expect(limitOf(answer.headers)).toMatchObject({ limit: 5, remaining: 0 });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(800);
    // The right password has to wait as well, and a batch took ten calls of the address.
    const late = await login(username, TEST_PASSWORD);
    expect([late.status, late.body.code]).toEqual([429, "RATE_LIMITED"]);
    expect(limitOf((await server.json("POST", "/api/auth/refresh", { body: {} })).headers).remaining).toBe(28);
  });

  it("forgives an account's failures once its owner is in, for every writing of the name", async () => {
    await start({ maxRequests: 1000 });
    const { username } = await createUser(server.database.db, server.organization);
    for (let round = 0; round < 2; round++) {
      for (let failure = 0; failure < 4; failure++) {
        expect((await login(failure % 2 ? username.toUpperCase() : username, "Wrong-Horse-7")).status).toBe(401);
      }
      expect((await login(username, TEST_PASSWORD)).status).toBe(200);
    }
    for (let failure = 0; failure < 5; failure++) await login(username, "Wrong-Horse-7");
    expect((await login(username, TEST_PASSWORD)).status).toBe(429);
    // Nobody can lock anybody out of anything but this account, and a name that nobody has is limited alike.
    for (let failure = 0; failure < 5; failure++) expect((await login("nobody", "Wrong-Horse-7")).status).toBe(401);
    expect((await login("nobody", "Wrong-Horse-7")).status).toBe(429);
  });

  it("takes no notice of an address that nobody vouches for, in whatever header", async () => {
    await start({ maxRequests: 10 });
    const names = ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip", "x-client-ip"];
    const statuses = [];
    for (let call = 0; call < 12; call++) {
      const address = `198.51.100.${call}`;
      const headers = Object.fromEntries(
        names.map((name) => [name, name === "forwarded" ? `for=${address}` : address]),
      );
      statuses.push((await server.json("GET", "/api/auth/me", { headers })).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
  });

  it("behind a proxy believes nothing that the client put before what that one wrote", async () => {
    await start({ maxRequests: 1000 }, 1);
    const guess = (call: number) => {
      const headers = { "x-forwarded-for": `198.51.100.${call}, 2001:db8::${call.toString(16)}, 203.0.113.9` };
      return login(`name-${call}`, "Wrong-Horse-7", headers);
    };
    const statuses = [];
    for (let call = 0; call < 51; call++) statuses.push((await guess(call)).status);
    // Ten times an account's failures are an address's, whoever it says it asks for.
    expect([statuses.indexOf(429), statuses.filter((status) => status === 401).length]).toEqual([50, 50]);
  });

  it("behind a proxy believes what that one wrote, and takes an IPv6 /64 for one address", async () => {
    await start({ maxRequests: 10 }, 1);
    const ask = async (address: string) =>
      (await server.json("GET", "/api/auth/me", { headers: { "x-forwarded-for": `203.0.113.9, ${address}` } })).status;
    for (let call = 0; call < 10; call++) expect(await ask(`2001:db8:0:1::${call.toString(16)}`)).toBe(401);
    expect(await ask("2001:db8:0:1:ffff::1")).toBe(429);
    expect(await ask("2001:db8:0:2::1")).toBe(401);
  });

  it("counts a sensitive operation by itself, and shows the limit that is nearer", async () => {
    await start();
    const { accessToken: token } = await server.signIn();
    const body = {
      newPassword: "Another-Horse-8",
      confirmPassword: "Another-Horse-8",
      currentPassword: "Wrong-Horse-7",
    };
    const set = () => server.json("POST", "/api/auth/set-password", { token, body });
    for (let remaining = 2; remaining >= 0; remaining--) {
      const { status, headers } = await set();
      expect(status).toBe(422);
      expect(limitOf(headers)).toMatchObject({ limit: 3, remaining });
    }
    expect((await set()).status).toBe(429);
    const other = await server.json("GET", "/api/auth/me", { token });
    expect(other.status).toBe(200);
    expect(limitOf(other.headers).limit).toBe(40);
  });
});
