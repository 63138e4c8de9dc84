import { createUser, TEST_PASSWORD } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

/** How often a race is run: on the older version often enough to see that it decides alike. */
const ROUNDS = inject("postgresVersion") === "18" ? 500 : 50;
const RACERS = 3;
/** Races run side by side; each is about a session or a user of its own. */
const LANES = 5;
/** A hash that takes no time: argon2's queue would keep racers apart who are to meet in the database. */
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 };

/** Two processes on one database: what is promised, every process keeps. */
let one: TestServer;
let other: TestServer;
beforeAll(async () => {
  const rateLimits = { windowMs: 60_000, maxRequests: 1e6, loginMax: 1e6, sensitiveMax: 1e6 };
  const passwordHasher = { cost: CHEAP };
  one = await startTestServer({}, { rateLimits, passwordHasher });
  other = await startTestServer({}, { rateLimits, passwordHasher, shared: one });
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

/** Runs the rounds side by side, in lanes; a lane's rounds follow one another. */
const inLanes = (rounds: number, lane: (rounds: number) => Promise<void>) =>
  Promise.all(Array.from({ length: LANES }, () => lane(rounds / LANES)));

describe("a refresh token", () => {
  /** Exchanges a new session's token so often, by so many at once, in both processes. */
  async function exchange(rounds: number, racers: number) {
    const { user, refreshToken } = await one.signIn();
    let token: string = refreshToken;
    for (let round = 0; round < rounds; round++) {
      const answers = await Promise.all(
        Array.from({ length: racers }, (_, index) => refresh(token, anyProcess(index))),
      );
      expect(count(answers.map(({ status }) => status)), `round ${round}`).toEqual({ 200: 1, 409: racers - 1 });
      const losers = answers.filter(({ status }) => status === 409);
      expect(count(losers.map(({ body }) => body.code))).toEqual({ REFRESH_RACED: racers - 1 });
      const hasNothing = losers.every(
        ({ body, headers }) => body.data === undefined && headers.getSetCookie().length === 0,
      );
      expect(hasNothing).toBe(true);
      const { accessToken, refreshToken: next } = answers.find(({ status }) => status === 200)?.body.data.tokens ?? {};
      expect((await me(accessToken, anyProcess(round))).body.data.id).toBe(user.id);
      token = next;
    }
    // One a round, and the one that is not spent yet.
    const [{ tokens }] = await query(
      "SELECT count(*)::int AS tokens FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE s.user_id = $1",
      user.id,
    );
    expect(tokens).toBe(rounds + 1);
  }

  it("is exchanged once of fifty times at once, in whichever process; the others get nothing", () => exchange(5, 50));

  it(`has one winner in each of ${ROUNDS} races`, async () => {
    await inLanes(ROUNDS, (rounds) => exchange(rounds, RACERS));
  }, 120_000);

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

describe("sessions of one temporary password", () => {
  /** So many sessions of somebody new race to replace it, in both processes. */
  async function replace(racers: number, fields: Parameters<typeof createUser>[2] = {}) {
    const temporaryPasswordUntil = new Date(Date.now() + 3_600_000).toISOString();
    const user = await createUser(one.database.db, one.organization, { temporaryPasswordUntil, ...fields });
    const owner = { organizationId: user.organizationId, userId: user.id };
    const sessions = await query(
      `INSERT INTO sessions (organization_id, user_id, id, mode, expires_at)
       SELECT $1, $2, gen_random_uuid(), 'token', now() + interval '1 hour' FROM generate_series(1, $3) RETURNING id`,
      user.organizationId,
      user.id,
      racers,
    );
    const tokens = await Promise.all(
      sessions.map(({ id }) => one.dependencies.accessTokens.sign({ ...owner, sessionId: id })),
    );
    const answers = await Promise.all(
      tokens.map((token, index) => {
        const newPassword = `Racing-Horse-${index}`;
        const body = { newPassword, confirmPassword: newPassword };
        return anyProcess(index).json("POST", "/api/auth/set-password", { token, body });
      }),
    );
    expect(count(answers.map(({ status }) => status))).toEqual({ 200: 1, 401: racers - 1 });
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(await query("SELECT FROM sessions WHERE user_id = $1 AND ended_at IS NULL", user.id)).toHaveLength(1);
    expect((await me(answers[winner]?.body.data.tokens.accessToken, anyProcess(winner + 1))).status).toBe(200);
    return { user, tokens, winner };
  }

  it("race to replace it, twenty at once: one wins, the others are signed out", async () => {
    const { user, tokens, winner } = await replace(20);
    for (const token of tokens) expect((await me(token, other)).status).toBe(401);
    const login = (password: string) =>
      other.json("POST", "/api/auth/login", { body: { username: user.username, password } });
    expect((await login(`Racing-Horse-${winner}`)).body.data.needsPasswordChange).toBe(false);
    expect((await login(TEST_PASSWORD)).status).toBe(401);
  });

  it(`have one winner in each of ${ROUNDS} races`, async () => {
    const passwordHash = await one.dependencies.passwords.hash(TEST_PASSWORD);
    await inLanes(ROUNDS, async (rounds) => {
      for (let round = 0; round < rounds; round++) await replace(RACERS, { passwordHash });
    });
  }, 120_000);
});
