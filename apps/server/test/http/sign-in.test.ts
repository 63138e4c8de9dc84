import { createUser, TEST_PASSWORD } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PAGE_ORIGIN, startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** `name=value` of a Set-Cookie header, and its attributes. */
const cookiesOf = (headers: Headers) =>
  headers.getSetCookie().map((cookie) => {
    const [pair = "", ...attributes] = cookie.split("; ");
    return { pair, attributes };
  });
const cookieHeader = (headers: Headers) =>
  cookiesOf(headers)
    .map(({ pair }) => pair)
    .join("; ");

async function login(mode: "token" | "cookie") {
  const user = await createUser(server.database.db, server.organization);
  const answer = await server.json("POST", "/api/auth/login", {
    body: { username: user.username, password: TEST_PASSWORD, mode },
  });
  return { user, answer };
}

describe("signing in over REST", () => {
  it("answers with the user and the tokens, and sets both cookies out of scripts' reach", async () => {
    const { user, answer } = await login("token");
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ success: true, data: { user: { id: user.id }, needsPasswordChange: false } });
    expect(answer.body.data.tokens).toMatchObject({ expiresIn: 3600 });
    const cookies = cookiesOf(answer.headers);
    expect(cookies.map(({ pair }) => pair.split("=")[0])).toEqual(["accessToken", "refreshToken"]);
    for (const { attributes } of cookies) {
      expect(attributes).toEqual(expect.arrayContaining(["HttpOnly", "SameSite=Strict", "Path=/"]));
      expect(attributes).not.toContain("Secure");
    }
  });

  it("keeps tokens out of the body in cookie mode, at refresh and set-password too", async () => {
    const { answer } = await login("cookie");
    expect(answer.body.data).not.toHaveProperty("tokens");
    const headers = { cookie: cookieHeader(answer.headers), origin: PAGE_ORIGIN };
    const refreshed = await server.json("POST", "/api/auth/refresh", { headers });
    expect(refreshed.body).toEqual({ success: true, data: {} });
    const changed = await server.json("POST", "/api/auth/set-password", {
      headers: { cookie: cookieHeader(refreshed.headers), origin: PAGE_ORIGIN },
      body: { currentPassword: TEST_PASSWORD, newPassword: "Another-Horse-8", confirmPassword: "Another-Horse-8" },
    });
    expect(changed.status).toBe(200);
    expect(changed.body.data).not.toHaveProperty("tokens");
    expect(cookiesOf(changed.headers)).toHaveLength(2);
  });

  it("refreshes by a token in the body", async () => {
    const { answer } = await login("token");
    const { refreshToken } = answer.body.data.tokens;
    const refreshed = await server.json("POST", "/api/auth/refresh", { body: { refreshToken } });
    expect(refreshed.status).toBe(200);
    expect(refreshed.body.data.tokens.refreshToken).not.toBe(refreshToken);
  });

  it("ends the session at logout, and takes the cookies back", async () => {
    const { accessToken } = await server.signIn();
    const out = await server.json("POST", "/api/auth/logout", { token: accessToken });
    expect(out.body).toEqual({ success: true, data: { loggedOut: true } });
    expect(cookiesOf(out.headers).every(({ attributes }) => attributes.includes("Max-Age=0"))).toBe(true);
    expect((await server.json("GET", "/api/auth/me", { token: accessToken })).status).toBe(401);
  });

  it("counts a Bearer alone where cookies come along", async () => {
    const { answer } = await login("cookie");
    const headers = { cookie: cookieHeader(answer.headers) };
    expect((await server.json("GET", "/api/auth/me", { headers })).status).toBe(200);
    expect((await server.json("GET", "/api/auth/me", { headers, token: "not-a-token" })).status).toBe(401);
    const { user, accessToken } = await server.signIn();
    const me = await server.json("GET", "/api/auth/me", { headers, token: accessToken });
    expect(me.body.data.id).toBe(user.id);
  });

  it("takes no token from an address, where logs and histories would keep it", async () => {
    const { accessToken, refreshToken } = await server.signIn();
    for (const name of ["accessToken", "access_token", "token", "authorization", "key"]) {
      expect((await server.json("GET", `/api/auth/me?${name}=${accessToken}`)).status, name).toBe(401);
    }
    expect((await server.json("POST", `/api/auth/refresh?refreshToken=${refreshToken}`)).status).not.toBe(200);
    expect((await server.json("POST", "/api/auth/refresh", { body: { refreshToken } })).status).toBe(200);
  });

  it("lets a temporary password do nothing but the onboarding", async () => {
    const temporaryPasswordUntil = new Date(Date.now() + 3_600_000).toISOString();
    const { accessToken: token } = await server.signIn({ temporaryPasswordUntil, mailboxStep: "pending" });
    const ask = async (method: string, path: string) => (await server.json(method, path, { token })).body.code ?? "ok";
    expect(await ask("GET", "/api/auth/me")).toBe("ok");
    expect(await ask("GET", "/api/auth/session")).toBe("ok");
    for (const [method, path] of [
      ["GET", "/api/contacts"],
      ["PATCH", "/api/auth/me"],
      ["POST", "/api/auth/skip-email"],
      ["POST", "/api/auth/link-email"],
      ["GET", "/api/auth/sessions"],
      ["GET", "/api/admin/users"],
    ] as const) {
      expect(await ask(method, path), `${method} ${path}`).toBe("PASSWORD_CHANGE_REQUIRED");
    }
    const changed = await server.json("POST", "/api/auth/set-password", {
      token,
      body: { newPassword: "Another-Horse-8", confirmPassword: "Another-Horse-8" },
    });
    expect(changed.body.data).toMatchObject({ needsEmailSetup: true, user: { changedPassword: true } });
    const next = changed.body.data.tokens.accessToken;
    const skipped = await server.json("POST", "/api/auth/skip-email", { token: next });
    expect(skipped.body).toEqual({ success: true, data: { needsEmailSetup: false } });
    expect((await server.json("GET", "/api/contacts", { token: next })).status).toBe(200);
  });

  it("refuses members what is for admins", async () => {
    const { accessToken: token } = await server.signIn();
    expect((await server.json("GET", "/api/admin/users", { token })).body.code).toBe("FORBIDDEN");
    const created = await server.json("POST", "/api/admin/users", { token, body: { nonsense: true } });
    expect(created.body.code).toBe("FORBIDDEN");
  });

  it("marks cookies as Secure in production", async () => {
    const production = await startTestServer({ production: true });
    try {
      const user = await createUser(production.database.db, production.organization);
      const body = { username: user.username, password: TEST_PASSWORD };
      const { headers } = await production.json("POST", "/api/auth/login", { body });
      expect(cookiesOf(headers).every(({ attributes }) => attributes.includes("Secure"))).toBe(true);
      expect(headers.get("strict-transport-security")).toMatch(/^max-age=/);
    } finally {
      await production.stop();
    }
  });
});
