import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { TEST_PASSWORD } from "@crm/db/testing";
import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
let member: Awaited<ReturnType<TestServer["signIn"]>>;
beforeAll(async () => {
  server = await startTestServer(
    {},
    { rateLimits: { windowMs: 60_000, maxRequests: 1000, loginMax: 3, sensitiveMax: 100 } },
  );
  member = await server.signIn();
});
afterAll(() => server.stop());

const lineOf = ({ headers }: { headers: Headers }) => {
  const requestId = headers.get("x-request-id");
  const found = server.log.filter(({ message, fields }) => message === "request" && fields.requestId === requestId);
  expect(found).toHaveLength(1);
  return found[0];
};

describe("the log of a request", () => {
  it("says when somebody is turned away: who, from where, at which door and why", async () => {
    const token = member.accessToken;
    const refused = [
      [await server.json("GET", "/api/admin/users", { token }), 403, "FORBIDDEN"],
      [await server.json("GET", "/api/contacts"), 401, "UNAUTHORIZED"],
      [await server.json("GET", "/api/contacts", { token: "forged" }), 401, "UNAUTHORIZED"],
      [await server.json("GET", "/api/contacts?limit=0", { token }), 400, "VALIDATION_ERROR"],
      [await server.json("PATCH", "/api/auth/me", { token, body: { role: "admin" } }), 400, "VALIDATION_ERROR"],
      [
        await server.json("PATCH", "/api/auth/me", { token, body: "x=1", headers: { "content-type": "text/plain" } }),
        415,
        "UNSUPPORTED_MEDIA_TYPE",
      ],
      [
        await server.json("POST", "/api/auth/logout", {
          headers: { cookie: `accessToken=${token}`, origin: "https://evil.example" },
        }),
        403,
        "ORIGIN_NOT_ALLOWED",
      ],
    ] as const;
    for (const [answer, status, code] of refused) {
      expect(answer.status).toBe(status);
      expect(lineOf(answer)).toMatchObject({
        level: "warn",
        fields: { status, failures: [code], ipAddress: "127.0.0.1", path: expect.any(String) },
      });
    }
    expect(lineOf(refused[0][0])?.fields).toMatchObject({ userId: member.user.id, path: "/api/admin/users" });
  });

  it("says which calls of a batch were refused", async () => {
    const answer = await server.json("GET", "/trpc/auth.me,admin.users.list,contacts.get?batch=1&input={}", {
      token: member.accessToken,
    });
    expect(lineOf(answer)).toMatchObject({ level: "warn", fields: { failures: ["FORBIDDEN", "VALIDATION_ERROR"] } });
  });

  it("says when a limit is reached", async () => {
    const { username } = (await server.signIn()).user;
    const guess = () => server.json("POST", "/api/auth/login", { body: { username, password: "Wrong-Horse-7" } });
    for (let tries = 0; tries < 3; tries++)
      expect(lineOf(await guess())?.fields.failures).toEqual(["INVALID_CREDENTIALS"]);
    expect(lineOf(await guess())).toMatchObject({ level: "warn", fields: { status: 429, failures: ["RATE_LIMITED"] } });
  });

  it("is no warning where all went well, or nothing was there", async () => {
    const token = member.accessToken;
    const well = lineOf(await server.json("GET", "/api/auth/me", { token }));
    expect([well?.level, well?.fields.failures]).toEqual(["info", undefined]);
    const missing = await server.json("GET", "/api/contacts/01900000-0000-7000-8000-000000000000", { token });
    expect(lineOf(missing)).toMatchObject({ level: "info", fields: { failures: ["NOT_FOUND"] } });
  });
});

describe("the audit log of a sign-in", () => {
  it("says by which factors it was proved, and which one failed", async () => {
    const { user, accessToken: token } = await server.signIn();
    const { secret } = (await server.json("POST", "/api/auth/totp/setup", { token })).body.data;
    const codeIn = (steps: number) =>
      generateHOTP(base32.decode(secret, { strict: false }), Math.floor(Date.now() / 30_000) + steps);
    const enabled = await server.json("POST", "/api/auth/totp/enable", { token, body: { code: await codeIn(-1) } });
    const login = (totp?: string) =>
      server.json("POST", "/api/auth/login", { body: { username: user.username, password: TEST_PASSWORD, totp } });
    expect((await login()).body.code).toBe("TOTP_REQUIRED");
    expect((await login("000000")).status).toBe(401);
    expect((await login(await codeIn(1))).status).toBe(200);
    expect((await login(enabled.body.data.recoveryCodes[0])).status).toBe(200);
    const { rows } = await server.database.pool.query(
      `SELECT success, new_value -> 'factors' AS factors, error_message AS reason
       FROM audit_logs WHERE action = 'auth.login' AND user_id = $1 ORDER BY created_at, id`,
      [user.id],
    );
    expect(rows).toEqual([
      { success: true, factors: ["password"], reason: null },
      { success: false, factors: null, reason: "the second factor was missing" },
      { success: false, factors: null, reason: "the second factor was wrong" },
      { success: true, factors: ["password", "totp"], reason: null },
      { success: true, factors: ["password", "recovery_code"], reason: null },
    ]);
  });
});

describe("the log of a fault", () => {
  it("names a failure of TLS at the mail server; the user is told that it cannot be reached", async () => {
    // Speaks no TLS, whoever greets it.
    const plain = createServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 200 OK\r\n\r\n"));
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const sessionUrl = `https://127.0.0.1:${(plain.address() as AddressInfo).port}/jmap`;
    const other = await startTestServer({}, { mailServers: { sessionUrl } });
    try {
      const { accessToken: token } = await other.signIn();
      const body = { email: "jan@mail.example", emailPassword: "mail-password" };
      const answer = await other.json("POST", "/api/auth/link-email", { token, body });
      expect([answer.status, answer.body.code]).toEqual([502, "MAIL_SERVER_UNAVAILABLE"]);
      expect(JSON.stringify(answer.body)).not.toMatch(/ssl|tls|EPROTO/i);
      const { requestId } = answer.body;
      const [fault] = other.log.filter(({ level, fields }) => level === "error" && fields.requestId === requestId);
      expect(causesOf(fault?.fields.err).join("\n")).toMatch(/ssl|tls|EPROTO/i);
      expect(JSON.stringify(other.log)).not.toContain("mail-password");
    } finally {
      await other.stop();
      plain.close();
    }
  });
});

const causesOf = (error: unknown): string[] =>
  error instanceof Error ? [String((error as { code?: string }).code), error.message, ...causesOf(error.cause)] : [];
