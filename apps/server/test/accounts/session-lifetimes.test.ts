import { createUser, TEST_PASSWORD } from "@crm/db/testing";
import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

const DAY = 86_400_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const query = async (sql: string, ...values: unknown[]) => (await server.database.pool.query(sql, values)).rows;
const me = async (token: string) => (await server.json("GET", "/api/auth/me", { token })).status;
const refresh = (refreshToken: string) => server.json("POST", "/api/auth/refresh", { body: { refreshToken } });
const sessionOf = async (token: string) => (await server.json("GET", "/api/auth/session", { token })).body.data.session;
/** As if so much time had gone by for a user's sessions. */
const letPass = (userId: string, time: string) =>
  query(
    `UPDATE sessions SET created_at = created_at - $2::interval, last_used_at = last_used_at - $2::interval,
                         expires_at = expires_at - $2::interval WHERE user_id = $1`,
    userId,
    time,
  );

describe("a session", () => {
  it("ends when it is not refreshed for 14 days", async () => {
    const { user, accessToken, refreshToken } = await server.signIn();
    const { createdAt, expiresAt } = await sessionOf(accessToken);
    expect(Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / DAY)).toBe(14);
    await letPass(user.id, "13 days 23 hours");
    const refreshed = await refresh(refreshToken);
    expect(refreshed.status).toBe(200);
    await letPass(user.id, "14 days 1 minute");
    const { tokens } = refreshed.body.data;
    expect(await me(tokens.accessToken)).toBe(401);
    expect((await refresh(tokens.refreshToken)).status).toBe(401);
  });

  it("ends 30 days after the sign-in, however often it is refreshed", async () => {
    const { user, ...first } = await server.signIn();
    let tokens: { accessToken: string; refreshToken: string } = first;
    for (const passed of ["10 days", "10 days", "9 days 23 hours"]) {
      await letPass(user.id, passed);
      ({ tokens } = (await refresh(tokens.refreshToken)).body.data);
    }
    const { createdAt, expiresAt } = await sessionOf(tokens.accessToken);
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(30 * DAY);
    await letPass(user.id, "1 hour");
    expect(await me(tokens.accessToken)).toBe(401);
    expect((await refresh(tokens.refreshToken)).status).toBe(401);
  });

  it("is a new one at each sign-in, listed beside the others and revoked by itself", async () => {
    const { user, accessToken } = await server.signIn();
    const again = await server.json("POST", "/api/auth/login", {
      body: { username: user.username, password: TEST_PASSWORD },
    });
    const other = again.body.data.tokens.accessToken;
    const { data } = (await server.json("GET", "/api/auth/sessions", { token: accessToken })).body;
    expect(data).toHaveLength(2);
    const { id } = data.find(({ current }: { current: boolean }) => !current);
    expect(id).toBe((await sessionOf(other)).id);
    expect((await server.json("DELETE", `/api/auth/sessions/${id}`, { token: accessToken })).status).toBe(200);
    expect([await me(other), await me(accessToken)]).toEqual([401, 200]);
  });

  it("is a new one once the password is changed; all others end with the old one", async () => {
    const { user, accessToken, refreshToken } = await server.signIn();
    const other = await server.json("POST", "/api/auth/login", {
      body: { username: user.username, password: TEST_PASSWORD },
    });
    const before = await sessionOf(accessToken);
    const change = {
      currentPassword: TEST_PASSWORD,
      newPassword: "Another-Horse-8",
      confirmPassword: "Another-Horse-8",
    };
    const { body } = await server.json("POST", "/api/auth/set-password", { token: accessToken, body: change });
    expect([await me(accessToken), await me(other.body.data.tokens.accessToken)]).toEqual([401, 401]);
    expect((await refresh(refreshToken)).status).toBe(401);
    const after = await sessionOf(body.data.tokens.accessToken);
    expect(after.id).not.toBe(before.id);
  });

  it("can be ended by its owner from elsewhere after a second factor was turned on", async () => {
    const user = await createUser(server.database.db, server.organization);
    const signIn = async () =>
      (await server.json("POST", "/api/auth/login", { body: { username: user.username, password: TEST_PASSWORD } }))
        .body.data.tokens.accessToken as string;
    const [here, there] = [await signIn(), await signIn()];
    const { secret } = (await server.json("POST", "/api/auth/totp/setup", { token: here })).body.data;
    const code = await generateHOTP(base32.decode(secret, { strict: false }), Math.floor(Date.now() / 30_000));
    expect((await server.json("POST", "/api/auth/totp/enable", { token: here, body: { code } })).status).toBe(200);
    const { id } = await sessionOf(there);
    expect((await server.json("DELETE", `/api/auth/sessions/${id}`, { token: here })).status).toBe(200);
    expect(await me(there)).toBe(401);
  });
});

describe("a refresh token", () => {
  it("is 256 random bits, another each time, and kept as a hash alone", async () => {
    const tokens: string[] = [];
    for (let round = 0; round < 3; round++) tokens.push((await server.signIn()).refreshToken);
    const random = tokens.map((token) => token.slice(token.indexOf(".") + 1));
    expect(new Set(random).size).toBe(3);
    for (const part of random) expect(Buffer.from(part, "base64url")).toHaveLength(32);
    const kept = JSON.stringify(await query("SELECT t.*, encode(token_hash, 'base64') FROM refresh_tokens t"));
    for (const token of [...tokens, ...random]) expect(kept).not.toContain(token);
  });
});
