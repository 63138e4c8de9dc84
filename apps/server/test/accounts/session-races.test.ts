import { createSession, createUser, TEST_PASSWORD } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

/** Exchanges of fifty at once; enough to meet a gap that is there. */
const ROUNDS = 5;

/** Two processes on one database: what is promised, every process keeps. */
let one: TestServer;
let other: TestServer;
beforeAll(async () => {
  const signingKeys = [{ id: "both", secret: new Uint8Array(32).fill(7) }] as const;
  const rateLimits = { windowMs: 60_000, maxRequests: 1e6, loginMax: 1e6, sensitiveMax: 1e6 };
  one = await startTestServer({}, { signingKeys, rateLimits });
  other = await startTestServer({}, { signingKeys, rateLimits, shared: one });
});
afterAll(async () => {
  await other.stop();
  await one.stop();
});

const query = async (text: string, ...values: unknown[]) => (await one.database.pool.query(text, values)).rows;
const anyProcess = (index: number) => (index % 2 === 0 ? one : other);
const refresh = (refreshToken: string, server = one) =>
  server.json("POST", "/api/auth/refresh", { body: { refreshToken } });
const me = (token: string, server = one) => server.json("GET", "/api/auth/me", { token });
const count = (values: readonly unknown[]) =>
  values.reduce<Record<string, number>>((counts, value) => {
    counts[String(value)] = (counts[String(value)] ?? 0) + 1;
    return counts;
  }, {});
/** As if the session's refresh token had been exchanged that long ago. */
const age = (userId: string, seconds: number) =>
  query(
    `UPDATE refresh_tokens SET spent_at = spent_at - make_interval(secs => $2)
     WHERE session_id IN (SELECT id FROM sessions WHERE user_id = $1)`,
    userId,
    seconds,
  );

describe("a refresh token", () => {
  it("is exchanged once of fifty times at once, in whichever process; the others get nothing", async () => {
    const { user, refreshToken } = await one.signIn();
    let token: string = refreshToken;
    for (let round = 0; round < ROUNDS; round++) {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => refresh(token, anyProcess(index))));
      expect(count(answers.map(({ status }) => status))).toEqual({ 200: 1, 409: 49 });
      const losers = answers.filter(({ status }) => status === 409);
      expect(count(losers.map(({ body }) => body.code))).toEqual({ REFRESH_RACED: 49 });
      expect(losers.every(({ body, headers }) => body.data === undefined && headers.getSetCookie().length === 0)).toBe(
        true,
      );
      const { accessToken, refreshToken: next } = answers.find(({ status }) => status === 200)?.body.data.tokens ?? {};
      expect((await me(accessToken, anyProcess(round))).body.data.id).toBe(user.id);
      token = next;
    }
    // One a round, and the one that is not spent yet.
    const [{ tokens }] = await query(
      "SELECT count(*)::int AS tokens FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE s.user_id = $1",
      user.id,
    );
    expect(tokens).toBe(ROUNDS + 1);
  });

  it("is a race for ten seconds after its exchange, and theft from then on: the session ends", async () => {
    const { user, refreshToken } = await one.signIn();
    const next = (await refresh(refreshToken)).body.data.tokens;
    await age(user.id, 9);
    expect((await refresh(refreshToken, other)).body.code).toBe("REFRESH_RACED");
    expect((await me(next.accessToken)).status).toBe(200);
    await age(user.id, 2);
    const stolen = await refresh(refreshToken, other);
    expect([stolen.status, stolen.body.code]).toEqual([401, "UNAUTHORIZED"]);
    expect((await me(next.accessToken)).status).toBe(401);
    expect((await refresh(next.refreshToken)).status).toBe(401);
    const acts = await query(
      "SELECT success FROM audit_logs WHERE user_id = $1 AND action = 'auth.refresh_reused'",
      user.id,
    );
    expect(acts).toEqual([{ success: false }]);
  });

  it("leaves the user's other sessions alone when it is stolen", async () => {
    const { user, refreshToken } = await one.signIn();
    const elsewhere = await one.json("POST", "/api/auth/login", {
      body: { username: user.username, password: TEST_PASSWORD },
    });
    await refresh(refreshToken);
    await age(user.id, 11);
    await refresh(refreshToken);
    expect((await me(elsewhere.body.data.tokens.accessToken)).status).toBe(200);
  });

  it("ends with its session, whichever process ended it", async () => {
    const { accessToken, refreshToken } = await one.signIn();
    await other.json("POST", "/api/auth/logout", { token: accessToken });
    expect((await refresh(refreshToken)).status).toBe(401);
    expect((await me(accessToken)).status).toBe(401);
  });
});

describe("twenty sessions of one temporary password", () => {
  async function sessionsOf(user: Awaited<ReturnType<typeof createUser>>) {
    const sessions = await Promise.all(Array.from({ length: 20 }, () => createSession(one.database.db, user)));
    const owner = { organizationId: user.organizationId, userId: user.id };
    return Promise.all(sessions.map(({ id }) => one.dependencies.accessTokens.sign({ ...owner, sessionId: id })));
  }

  it("race to replace it: one wins, the others are signed out", async () => {
    for (let round = 0; round < 2; round++) {
      const temporaryPasswordUntil = new Date(Date.now() + 3_600_000).toISOString();
      const user = await createUser(one.database.db, one.organization, { temporaryPasswordUntil });
      const tokens = await sessionsOf(user);
      const answers = await Promise.all(
        tokens.map((token, index) => {
          const newPassword = `Racing-Horse-${index}`;
          const body = { newPassword, confirmPassword: newPassword };
          return anyProcess(index).json("POST", "/api/auth/set-password", { token, body });
        }),
      );
      expect(count(answers.map(({ status }) => status))).toEqual({ 200: 1, 401: 19 });
      const winner = answers.findIndex(({ status }) => status === 200);
      const states = await Promise.all(tokens.map(async (token) => (await me(token, other)).status));
      expect(count(states)).toEqual({ 401: 20 });
      expect((await me(answers[winner]?.body.data.tokens.accessToken)).status).toBe(200);
      const login = (password: string) =>
        one.json("POST", "/api/auth/login", { body: { username: user.username, password } });
      expect((await login(`Racing-Horse-${winner}`)).body.data.needsPasswordChange).toBe(false);
      expect((await login(TEST_PASSWORD)).status).toBe(401);
    }
  });
});
