import { createUser, TEST_PASSWORD } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
let admin: string;
beforeAll(async () => {
  server = await startTestServer(
    {},
    { rateLimits: { windowMs: 60_000, maxRequests: 1e6, loginMax: 1e6, sensitiveMax: 1e6 } },
  );
  admin = (await server.signIn({ role: "admin" })).accessToken;
});
afterAll(() => server.stop());

const login = async (username: string, password: string) =>
  (await server.json("POST", "/api/auth/login", { body: { username, password } })).status;
const setPassword = (token: string, newPassword: string, currentPassword?: string) =>
  server.json("POST", "/api/auth/set-password", {
    token,
    body: { newPassword, confirmPassword: newPassword, ...(currentPassword !== undefined && { currentPassword }) },
  });

/** Somebody who chose this password themselves; the answer to that. */
async function choose(newPassword: string) {
  const { user, accessToken } = await server.signIn();
  return { username: user.username, answer: await setPassword(accessToken, newPassword, TEST_PASSWORD) };
}

async function expectRefused(passwords: readonly string[]) {
  for (const password of passwords) {
    const { username, answer } = await choose(password);
    expect({ password, status: answer.status, code: answer.body.code }).toEqual({
      password,
      status: 400,
      code: "VALIDATION_ERROR",
    });
    expect(answer.body.details[0].path).toBe("newPassword");
    expect(await login(username, TEST_PASSWORD), password).toBe(200);
  }
}

const long = (length: number) => "Aa1!".padEnd(length, "x");

describe("a chosen password", () => {
  it("has 8 to 128 characters", async () => {
    await expectRefused([long(7), long(129)]);
    for (const length of [8, 64, 128]) {
      const { username, answer } = await choose(long(length));
      expect({ length, status: answer.status }).toEqual({ length, status: 200 });
      expect(await login(username, long(length))).toBe(200);
    }
  });

  it("has four kinds of characters, letters of any script among them", async () => {
    await expectRefused(["alllower-1", "ALLUPPER-1", "NoDigits-!", "NoSpecial1", "No Special 1"]);
    for (const password of ["Žluťoučký-1", "Пароль-Конь-7", "Spaces in-it 1", " Aa1!    ", "Emoji-🐎🐎-1a"]) {
      const { username, answer } = await choose(password);
      expect({ password, status: answer.status }).toEqual({ password, status: 200 });
      expect(await login(username, password), password).toBe(200);
    }
  });

  it("is none of the most common ones, in whichever letters", async () => {
    await expectRefused(["P@ssw0rd", "p@sSW0RD", "Pa$$w0rd", "!Qaz2wsx", "1qaz@WSX"]);
  });

  it("does not contain the username", async () => {
    const { user, accessToken } = await server.signIn({ username: "j.novak" });
    for (const password of ["J.Novak-2026", "my-J.NOVAK-1a"]) {
      const { status, body } = await setPassword(accessToken, password, TEST_PASSWORD);
      expect({ password, status, details: body.details }).toMatchObject({
        status: 400,
        details: [{ path: "newPassword", message: "must not contain the username" }],
      });
    }
    expect(await login(user.username, TEST_PASSWORD)).toBe(200);
  });

  it("is held to the same rules when an admin gives it", async () => {
    const create = (username: string, tempPassword: string) =>
      server.json("POST", "/api/admin/users", { token: admin, body: { username, tempPassword } });
    for (const tempPassword of [long(7), "NoSpecial1", "P@ssw0rd", "given.Name-1"]) {
      const { status, body } = await create("given.name", tempPassword);
      expect({ tempPassword, status, path: body.details?.[0].path }).toEqual({
        tempPassword,
        status: 400,
        path: "tempPassword",
      });
    }
    expect((await create("given.name", "Given-Horse-1")).status).toBe(201);
  });

  it("counts as it was typed: no other case, no part of it, nothing around it", async () => {
    const password = `${long(127)}y`;
    const { username, answer } = await choose(password);
    expect(answer.status).toBe(200);
    for (const other of [long(127), `${long(127)}z`, password.toLowerCase(), password.toUpperCase()]) {
      expect(await login(username, other), other).toBe(401);
    }
    const short = await choose("Aa1! horse");
    for (const other of [" Aa1! horse", "Aa1! horse ", "Aa1!  horse", "Aa1!horse"]) {
      expect(await login(short.username, other), other).toBe(401);
    }
  });

  it("is the same however a keyboard composes its letters (NFKC)", async () => {
    const { username, answer } = await choose("Be\u0301ton-Horse-1");
    expect(answer.status).toBe(200);
    expect(await login(username, "B\u00e9ton-Horse-1")).toBe(200);
    expect(await login(username, "Beton-Horse-1")).toBe(401);
  });

  it("takes the present one, typed anew", async () => {
    const { user, accessToken } = await server.signIn();
    const without = await setPassword(accessToken, "Another-Horse-8");
    expect(without.body.details).toEqual([{ path: "currentPassword", message: "is needed" }]);
    expect((await setPassword(accessToken, "Another-Horse-8", "Wrong-Horse-7")).body.code).toBe("WRONG_PASSWORD");
    expect(await login(user.username, "Another-Horse-8")).toBe(401);
    expect((await setPassword(accessToken, "Another-Horse-8", TEST_PASSWORD)).status).toBe(200);
    expect(await login(user.username, "Another-Horse-8")).toBe(200);
    expect(await login(user.username, TEST_PASSWORD)).toBe(401);
  });

  it("stays good for as long as nobody changes it", async () => {
    const user = await createUser(server.database.db, server.organization);
    await server.database.pool.query(
      "UPDATE users SET created_at = now() - interval '10 years', updated_at = created_at, last_login_at = created_at WHERE id = $1",
      [user.id],
    );
    const { status, body } = await server.json("POST", "/api/auth/login", {
      body: { username: user.username, password: TEST_PASSWORD },
    });
    expect({ status, due: body.data.needsPasswordChange }).toEqual({ status: 200, due: false });
  });
});

describe("a temporary password", () => {
  const create = async (username: string) =>
    (await server.json("POST", "/api/admin/users", { token: admin, body: { username } })).body.data.user;

  it("is random, of the four kinds, and another each time", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, index) => create(`random.${index}`)));
    const passwords = made.map(({ tempPassword }) => tempPassword);
    expect(new Set(passwords).size).toBe(passwords.length);
    for (const password of passwords) {
      expect(password).toMatch(/^(?=.*\p{Lu})(?=.*\p{Ll})(?=.*\d)(?=.*[^\p{L}\d])\S{16}$/u);
    }
  });

  it("cannot be kept as one's own", async () => {
    const { username, tempPassword } = await create("keeper");
    const { body } = await server.json("POST", "/api/auth/login", { body: { username, password: tempPassword } });
    const token = body.data.tokens.accessToken;
    const kept = await setPassword(token, tempPassword);
    expect([kept.status, kept.body.code]).toEqual([400, "VALIDATION_ERROR"]);
    expect((await server.json("GET", "/api/contacts", { token })).body.code).toBe("PASSWORD_CHANGE_REQUIRED");
    expect((await setPassword(token, "Another-Horse-8")).status).toBe(200);
    expect(await login(username, tempPassword)).toBe(401);
  });

  it("is over after 72 hours", async () => {
    const { id, username, tempPassword } = await create("late.comer");
    const in72Hours = "temporary_password_until BETWEEN now() + interval '71 hours' AND now() + interval '72 hours'";
    const { rows } = await server.database.pool.query(`SELECT ${in72Hours} AS exact FROM users WHERE id = $1`, [id]);
    expect(rows).toEqual([{ exact: true }]);
    expect(await login(username, tempPassword)).toBe(200);
    await server.database.pool.query("UPDATE users SET temporary_password_until = now() WHERE id = $1", [id]);
    expect(await login(username, tempPassword)).toBe(401);
  });
});
