import { createServer, type Server } from "node:net";
import { createUser, races, TEST_PASSWORD } from "@crm/db/testing";
import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";
import { type CaughtLetter, type PostOffice, startPostOffice } from "./start-post-office.ts";

const NEW_PASSWORD = "Another-Horse-8";
const APP_URL = "https://app.crm.example/crm";

const rateLimits = { windowMs: 60_000, maxRequests: 1e6, loginMax: 1e6, sensitiveMax: 1e6 };
let office: PostOffice;
let server: TestServer;
/** A second process on the same database. */
let other: TestServer;
beforeAll(async () => {
  office = await startPostOffice();
  const options = { smtpUrl: office.smtpUrl, appUrl: APP_URL, rateLimits };
  server = await startTestServer({}, options);
  other = await startTestServer({}, { ...options, shared: server });
});
afterAll(async () => {
  await other.stop();
  await server.stop();
  await office.stop();
});

const query = async (text: string, ...values: unknown[]) => (await server.database.pool.query(text, values)).rows;
const expireTokens = (userId: string) => query("UPDATE user_tokens SET expires_at = now() WHERE user_id = $1", userId);
/** Life in minutes of what was mailed to a user. */
const livesOf = async (userId: string) =>
  (
    await query(
      "SELECT round(extract(epoch FROM expires_at - created_at) / 60)::int AS minutes FROM user_tokens WHERE user_id = $1",
      userId,
    )
  ).map(({ minutes }) => minutes);
const auditOf = (userId: string) =>
  query("SELECT action, success, username FROM audit_logs WHERE resource_id = $1 ORDER BY created_at, id", userId);

let people = 0;
async function newUser(fields: Parameters<typeof createUser>[2] = {}) {
  const email = `person${++people}@mail.example`;
  const user = await createUser(server.database.db, server.organization, { email, ...fields });
  return { ...user, email };
}

const forgot = (body: object) => server.json("POST", "/api/auth/forgot-password", { body });
const reset = (token: string, newPassword = NEW_PASSWORD, at = server) =>
  at.json("POST", "/api/auth/reset-password", { body: { token, newPassword, confirmPassword: newPassword } });
const login = (username: string, password: string) =>
  server.json("POST", "/api/auth/login", { body: { username, password } });
const tokenIn = ({ raw }: CaughtLetter) => /\/reset-password#token=(\S+)/.exec(raw)?.[1] ?? "";

async function mailedToken(user: { username: string; email: string }) {
  expect((await forgot({ username: user.username })).status).toBe(200);
  return tokenIn(await office.next(user.email));
}

describe("a forgotten password", () => {
  it("is replaced by a mailed link, which ends every session and signs nobody in", async () => {
    const user = await newUser();
    const before = (await login(user.username, TEST_PASSWORD)).body.data.tokens;
    const asked = await forgot({ username: user.username.toUpperCase() });
    expect(asked.body).toEqual({ success: true, data: { sent: true } });
    const letter = await office.next(user.email);
    expect(letter.from).toBe("crm@crm.example");
    expect(letter.raw).toContain(`${APP_URL}/reset-password#token=`);
    expect(letter.raw).not.toContain(user.username);

    const done = await reset(tokenIn(letter));
    expect(done.body).toEqual({ success: true, data: { reset: true } });
    expect(done.headers.getSetCookie()).toEqual([]);
    expect((await server.json("GET", "/api/auth/me", { token: before.accessToken })).status).toBe(401);
    const refreshed = await server.json("POST", "/api/auth/refresh", { body: { refreshToken: before.refreshToken } });
    expect(refreshed.status).toBe(401);
    expect((await login(user.username, TEST_PASSWORD)).body.code).toBe("INVALID_CREDENTIALS");
    expect((await login(user.username, NEW_PASSWORD)).status).toBe(200);
  });

  it("is asked for by address too, and a temporary password is over with it", async () => {
    const temporaryPasswordUntil = new Date(Date.now() - 1000).toISOString();
    const user = await newUser({ temporaryPasswordUntil });
    expect((await forgot({ email: user.email.toUpperCase() })).body.data).toEqual({ sent: true });
    expect((await reset(tokenIn(await office.next(user.email)))).status).toBe(200);
    expect((await login(user.username, NEW_PASSWORD)).body.data.needsPasswordChange).toBe(false);
  });

  it("leaves the second factor on: the new password alone does not sign in", async () => {
    const user = await newUser();
    const { accessToken: token } = (await login(user.username, TEST_PASSWORD)).body.data.tokens;
    const { secret } = (await server.json("POST", "/api/auth/totp/setup", { token })).body.data;
    const code = await generateHOTP(base32.decode(secret, { strict: false }), Math.floor(Date.now() / 30_000));
    const enabled = await server.json("POST", "/api/auth/totp/enable", { token, body: { code } });
    expect((await reset(await mailedToken(user))).status).toBe(200);
    expect((await login(user.username, NEW_PASSWORD)).body.code).toBe("TOTP_REQUIRED");
    const body = { username: user.username, password: NEW_PASSWORD, totp: enabled.body.data.recoveryCodes[0] };
    expect((await server.json("POST", "/api/auth/login", { body })).status).toBe(200);
  });

  it("answers alike whoever it was, and mails nobody but who exists", async () => {
    const known = await newUser();
    const addressless = await createUser(server.database.db, server.organization);
    const before = office.letters.length;
    const answers = [];
    for (const body of [
      { username: known.username },
      { username: "nobody-at-all" },
      { email: "nobody@mail.example" },
      { username: addressless.username },
      { username: known.username, organization: "no-such-tenant" },
    ]) {
      const { status, headers, body: answer } = await forgot(body);
      answers.push({ status, answer, type: headers.get("content-type"), cookies: headers.getSetCookie() });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await office.next(known.email);
    // Whatever the others set off is over once their audit rows are there.
    await expect.poll(() => failures("auth.forgot_password")).toBe(3);
    expect(office.letters.length - before).toBe(1);
  });

  it("needs a username or an address, not both", async () => {
    for (const body of [{}, { username: "somebody", email: "a@b.example" }, { username: "somebody", userId: "x" }]) {
      expect((await forgot(body)).body.code).toBe("VALIDATION_ERROR");
    }
  });
});

const failures = async (action: string) =>
  (await query("SELECT 1 FROM audit_logs WHERE action = $1 AND NOT success", action)).length;

describe("a mailed link", () => {
  it("works once, also when it is used twice at once", async () => {
    for (let round = 0; round < races(2); round++) {
      const user = await newUser();
      const token = await mailedToken(user);
      const passwords = Array.from({ length: 8 }, (_, index) => `Racing-Horse-${index}`);
      const answers = await Promise.all(
        passwords.map((password, index) => reset(token, password, index % 2 === 0 ? server : other)),
      );
      const won = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []));
      expect(won, `round ${round}`).toHaveLength(1);
      expect(new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.code))).toEqual(
        new Set(["INVALID_TOKEN"]),
      );
      expect((await login(user.username, passwords[won[0] ?? 0] ?? "")).status).toBe(200);
      expect((await reset(token)).body.code).toBe("INVALID_TOKEN");
    }
  }, 600_000);

  it("is over after 30 minutes", async () => {
    const user = await newUser();
    const token = await mailedToken(user);
    expect(await livesOf(user.id)).toEqual([30]);
    await expireTokens(user.id);
    expect((await reset(token)).body.code).toBe("INVALID_TOKEN");
    expect((await login(user.username, TEST_PASSWORD)).status).toBe(200);
  });

  it("outlives a password that the rules refuse", async () => {
    const user = await newUser({ username: `horse-rider${people}` });
    const token = await mailedToken(user);
    const refused = await reset(token, `Horse-Rider${people - 1}-8`);
    expect(refused.body).toMatchObject({ code: "VALIDATION_ERROR", details: [{ path: "newPassword" }] });
    expect((await reset(token)).status).toBe(200);
  });

  it("goes when another one is used, when the password is changed, and when the address is", async () => {
    const one = await newUser();
    const [first, second] = [await mailedToken(one), await mailedToken(one)];
    expect((await reset(second)).status).toBe(200);
    expect((await reset(first)).body.code).toBe("INVALID_TOKEN");

    const other = await newUser();
    const stale = await mailedToken(other);
    const { accessToken } = (await login(other.username, TEST_PASSWORD)).body.data.tokens;
    const changed = await server.json("POST", "/api/auth/set-password", {
      token: accessToken,
      body: { currentPassword: TEST_PASSWORD, newPassword: NEW_PASSWORD, confirmPassword: NEW_PASSWORD },
    });
    expect(changed.status).toBe(200);
    expect((await reset(stale)).body.code).toBe("INVALID_TOKEN");

    const sentToOld = await mailedToken(other);
    const { accessToken: token } = changed.body.data.tokens;
    const moved = await server.json("POST", "/api/auth/link-email", { token, body: { email: "moved@mail.example" } });
    expect(moved.status).toBe(200);
    expect((await reset(sentToOld)).body.code).toBe("INVALID_TOKEN");
  });

  it("is not in the database, the audit log or the log, and strangers' tokens are refused", async () => {
    const user = await newUser();
    const token = await mailedToken(user);
    const secret = token.split(".")[1] ?? "missing";
    const { rows } = await server.database.pool.query(
      "SELECT (SELECT json_agg(t) FROM user_tokens t)::text || (SELECT json_agg(a) FROM audit_logs a)::text AS all",
    );
    expect(rows[0].all).toContain(user.id);
    expect(rows[0].all).not.toContain(secret);
    expect(JSON.stringify(server.log)).not.toContain(secret);
    for (const wrong of ["x", `${token}x`, `${server.organization.id}.${"A".repeat(43)}`, token.toUpperCase()]) {
      expect((await reset(wrong)).body.code).toBe("INVALID_TOKEN");
    }
  });

  it("is written into the audit log, asked for and used", async () => {
    const user = await newUser();
    await reset(await mailedToken(user));
    expect((await auditOf(user.id)).map(Object.values)).toEqual([
      ["auth.forgot_password", true, user.username],
      ["auth.reset_password", true, user.username],
    ]);
  });
});

describe("a mail server that is away", () => {
  it("does not change the answer, and holds nothing up", async () => {
    // It takes connections, and then says nothing.
    const silent = await new Promise<Server>((resolve) => {
      const listening = createServer().listen(0, "127.0.0.1", () => resolve(listening));
    });
    const { port } = silent.address() as { port: number };
    const away = await startTestServer({}, { smtpUrl: `smtp://127.0.0.1:${port}` });
    try {
      const user = await createUser(away.database.db, away.organization, { email: "somebody@mail.example" });
      const answer = await away.json("POST", "/api/auth/forgot-password", { body: { username: user.username } });
      expect(answer.body).toEqual({ success: true, data: { sent: true } });
      const { accessToken: token } = await away.signIn();
      const linked = await away.json("POST", "/api/auth/link-email", { token, body: { email: "new@mail.example" } });
      expect(linked.body.data).toMatchObject({ emailVerified: false, user: { email: "new@mail.example" } });
    } finally {
      const begun = performance.now();
      await away.stop();
      expect(performance.now() - begun).toBeLessThan(5000);
      silent.close();
    }
  });

  it("is told from none at all, with which the operations are refused", async () => {
    const without = await startTestServer();
    try {
      const body = { token: "x", newPassword: NEW_PASSWORD, confirmPassword: NEW_PASSWORD };
      const asked = await without.json("POST", "/api/auth/forgot-password", { body: { username: "admin" } });
      expect([asked.status, asked.body.code]).toEqual([422, "MAIL_NOT_CONFIGURED"]);
      const used = await without.json("POST", "/api/auth/reset-password", { body });
      expect([used.status, used.body.code]).toEqual([422, "MAIL_NOT_CONFIGURED"]);
    } finally {
      await without.stop();
    }
  });
});
