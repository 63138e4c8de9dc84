import { type createUser, TEST_PASSWORD } from "@crm/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

const rateLimits = { windowMs: 60_000, maxRequests: 1e6, loginMax: 1e6, sensitiveMax: 1e6 };

/** Two processes on one database: what is done in the first, the second has to know at its next request. */
let here: TestServer;
let there: TestServer;
let admin: Awaited<ReturnType<TestServer["signIn"]>>;
beforeAll(async () => {
  here = await startTestServer({}, { rateLimits });
  there = await startTestServer({}, { rateLimits, shared: here });
  admin = await here.signIn({ role: "admin" });
});
afterAll(async () => {
  await there.stop();
  await here.stop();
});

let user: Awaited<ReturnType<typeof createUser>>;
let token: string;
/** Another device of the same user, which is signed in at the second process. */
let elsewhere: { accessToken: string; refreshToken: string };
let apiKey: string;
beforeEach(async () => {
  const signedIn = await here.signIn();
  user = signedIn.user;
  token = signedIn.accessToken;
  const body = { username: user.username, password: TEST_PASSWORD };
  elsewhere = (await there.json("POST", "/api/auth/login", { body })).body.data.tokens;
  const scopes = ["contacts:read"];
  apiKey = (await here.json("POST", "/api/auth/api-keys", { token, body: { name: "script", scopes } })).body.data.key;
  // Whatever the second process might keep of them, it has.
  for (const known of [token, elsewhere.accessToken, apiKey]) expect(await readAs(known)).toBe(200);
});

const readAs = async (bearer: string) => (await there.json("GET", "/api/contacts", { token: bearer })).status;
const refreshThere = async () =>
  (await there.json("POST", "/api/auth/refresh", { body: { refreshToken: elsewhere.refreshToken } })).status;
const act = (method: string, path: string, body?: unknown, as = token) =>
  here.json(method, path, { token: as, ...(body !== undefined && { body }) });
const administer = (method: string, path: string, body?: unknown) =>
  act(method, `/api/admin/users/${user.id}${path}`, body, admin.accessToken);

describe("in every process, from the next request on", () => {
  it("a logout ends the session, and no other", async () => {
    expect((await act("POST", "/api/auth/logout")).status).toBe(200);
    expect(await readAs(token)).toBe(401);
    expect(await readAs(elsewhere.accessToken)).toBe(200);
  });

  it("a session that was revoked from another device is over", async () => {
    const { body } = await act("GET", "/api/auth/sessions");
    const { id } = body.data.find(({ current }: { current: boolean }) => !current);
    expect((await act("DELETE", `/api/auth/sessions/${id}`)).status).toBe(200);
    expect([await readAs(elsewhere.accessToken), await refreshThere(), await readAs(token)]).toEqual([401, 401, 200]);
  });

  it("a new password ends every session of before, and the new one holds", async () => {
    const newPassword = "Another-Horse-8";
    const passwords = { newPassword, confirmPassword: newPassword, currentPassword: TEST_PASSWORD };
    const { body } = await act("POST", "/api/auth/set-password", passwords);
    expect([await readAs(token), await readAs(elsewhere.accessToken), await refreshThere()]).toEqual([401, 401, 401]);
    expect(await readAs(body.data.tokens.accessToken)).toBe(200);
    const login = async (password: string) =>
      (await there.json("POST", "/api/auth/login", { body: { username: user.username, password } })).status;
    expect([await login(TEST_PASSWORD), await login(newPassword)]).toEqual([401, 200]);
  });

  it("a password that an admin reset ends every session, and stops the keys until it is replaced", async () => {
    expect((await administer("POST", "/reset-password")).status).toBe(200);
    expect([await readAs(token), await readAs(elsewhere.accessToken), await refreshThere()]).toEqual([401, 401, 401]);
    expect(await readAs(apiKey)).toBe(403);
  });

  it("a role is what it was changed to, both ways", async () => {
    const list = async () => (await there.json("GET", "/api/admin/users", { token: elsewhere.accessToken })).status;
    const listOverTrpc = async () =>
      (await there.json("GET", "/trpc/admin.users.list?input=%7B%22json%22%3A%7B%7D%7D", { token })).status;
    expect([await list(), await listOverTrpc()]).toEqual([403, 403]);
    await administer("PATCH", "/role", { role: "admin" });
    expect([await list(), await listOverTrpc()]).toEqual([200, 200]);
    await administer("PATCH", "/role", { role: "member" });
    expect([await list(), await listOverTrpc()]).toEqual([403, 403]);
  });

  it("a deleted user is nobody: no session, refresh token, key or password works", async () => {
    expect((await administer("DELETE", "")).status).toBe(200);
    expect([await readAs(token), await readAs(elsewhere.accessToken), await readAs(apiKey)]).toEqual([401, 401, 401]);
    expect(await refreshThere()).toBe(401);
    const body = { username: user.username, password: TEST_PASSWORD };
    expect((await there.json("POST", "/api/auth/login", { body })).body.code).toBe("INVALID_CREDENTIALS");
  });

  it("a key that was revoked opens nothing", async () => {
    const { body } = await act("GET", "/api/auth/api-keys");
    expect((await act("DELETE", `/api/auth/api-keys/${body.data[0].id}`)).status).toBe(200);
    expect(await readAs(apiKey)).toBe(401);
  });
});
