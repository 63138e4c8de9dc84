import { races, TEST_PASSWORD } from "@crm/db/testing";
import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

const rateLimits = { windowMs: 60_000, maxRequests: 1e6, loginMax: 1e6, sensitiveMax: 1e6 };
let server: TestServer;
/** A second process on the same database. */
let other: TestServer;
beforeAll(async () => {
  server = await startTestServer({}, { rateLimits });
  other = await startTestServer({}, { rateLimits, shared: server });
});
afterAll(async () => {
  await other.stop();
  await server.stop();
});

const query = async (text: string, ...values: unknown[]) => (await server.database.pool.query(text, values)).rows;
const call = (token: string, name: string, body?: object) =>
  server.json("POST", `/api/auth/totp/${name}`, { token, ...(body && { body }) });
const login = (username: string, totp?: string, password = TEST_PASSWORD, at = server) =>
  at.json("POST", "/api/auth/login", { body: { username, password, ...(totp !== undefined && { totp }) } });

/** So many sign-ins with one code at once, in both processes. @returns the statuses, in order */
const race = async (username: string, code: string | undefined, racers: number) => {
  const sides = Array.from({ length: racers }, (_, index) => (index % 2 === 0 ? server : other));
  const answers = await Promise.all(sides.map((side) => login(username, code, TEST_PASSWORD, side)));
  return answers.map(({ status }) => status).sort();
};

const currentStep = () => Math.floor(Date.now() / 30_000);
const codeAt = (secret: string, step: number) => generateHOTP(base32.decode(secret, { strict: false }), step);
/** A code that none of the steps around now has. */
async function wrongCode(secret: string) {
  const near = await Promise.all([-2, -1, 0, 1, 2].map((drift) => codeAt(secret, currentStep() + drift)));
  return ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !near.includes(code)) ?? "";
}
/** As if the last code had been entered long ago: the tests cannot wait for the next one. */
const forgetLastStep = (userId: string) => query("UPDATE users SET totp_last_step = NULL WHERE id = $1", userId);

async function withTotp() {
  const { user, accessToken: token } = await server.signIn();
  const { secret } = (await call(token, "setup")).body.data;
  const enabled = await call(token, "enable", { code: await codeAt(secret, currentStep()) });
  expect(enabled.status).toBe(200);
  await forgetLastStep(user.id);
  return { user, token, secret, recoveryCodes: enabled.body.data.recoveryCodes as string[] };
}

describe("setting a second factor up", () => {
  it("gives a secret for the app, and counts once a code of it was entered", async () => {
    const { user, accessToken: token } = await server.signIn();
    const setup = await call(token, "setup");
    const { otpauthUri, secret } = setup.body.data;
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(otpauthUri);
    expect([uri.protocol, uri.host, uri.pathname]).toEqual(["otpauth:", "totp", `/CRM:${user.username}`]);
    expect(uri.searchParams.get("secret")).toBe(secret);
    expect((await login(user.username)).status).toBe(200);

    const refused = await call(token, "enable", { code: await wrongCode(secret) });
    expect([refused.status, refused.body.code]).toEqual([422, "WRONG_CODE"]);
    expect((await login(user.username)).status).toBe(200);

    const enabled = await call(token, "enable", { code: await codeAt(secret, currentStep()) });
    const { recoveryCodes } = enabled.body.data;
    expect(recoveryCodes).toHaveLength(10);
    expect(new Set(recoveryCodes).size).toBe(10);
    const me = await server.json("GET", "/api/auth/me", { token });
    expect(me.body.data.totpEnabled).toBe(true);
    expect(JSON.stringify(me.body)).not.toContain(secret);
    expect((await login(user.username)).body.code).toBe("TOTP_REQUIRED");
  });

  it("is refused while one is on, and needs a set-up before it is turned on", async () => {
    const { token, secret } = await withTotp();
    const again = await call(token, "setup");
    expect([again.status, again.body.code]).toEqual([409, "CONFLICT"]);
    expect((await call(token, "enable", { code: await codeAt(secret, currentStep()) })).status).toBe(409);
    const { accessToken: other } = await server.signIn();
    expect((await call(other, "enable", { code: "123456" })).status).toBe(409);
    expect((await call(other, "disable", { code: "123456", password: TEST_PASSWORD })).status).toBe(409);
  });

  it("keeps neither secret nor recovery codes readable in the database", async () => {
    const { user, secret, recoveryCodes } = await withTotp();
    const [row] = await query(
      "SELECT (SELECT json_agg(u)::text FROM users u) || (SELECT json_agg(c)::text FROM totp_recovery_codes c) || (SELECT json_agg(a)::text FROM audit_logs a) AS all",
    );
    expect(row.all).toContain(user.id);
    for (const text of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replace("-", ""))]) {
      expect(row.all).not.toContain(text);
    }
    expect(JSON.stringify(server.log)).not.toContain(secret);
  });

  it("binds the secret to its owner: a row copied to another user opens nothing", async () => {
    const one = await withTotp();
    const other = await withTotp();
    await query(
      "UPDATE users SET totp_secret = (SELECT totp_secret FROM users WHERE id = $1) WHERE id = $2",
      one.user.id,
      other.user.id,
    );
    const answer = await login(other.user.username, await codeAt(one.secret, currentStep()));
    expect(answer.status).toBe(500);
  });
});

describe("signing in with a second factor", () => {
  it("takes a code of now, of the step before and of the one after", async () => {
    const { user, secret } = await withTotp();
    for (const drift of [-1, 0, 1]) {
      await forgetLastStep(user.id);
      expect((await login(user.username, await codeAt(secret, currentStep() + drift))).status, `${drift}`).toBe(200);
    }
    await forgetLastStep(user.id);
    const late = await login(user.username, await codeAt(secret, currentStep() - 3));
    expect(late.body.code).toBe("INVALID_CREDENTIALS");
  });

  it("takes a code once, and none from before it", async () => {
    const { user, secret } = await withTotp();
    const step = currentStep();
    expect((await login(user.username, await codeAt(secret, step))).status).toBe(200);
    for (const used of [step, step - 1]) {
      const again = await login(user.username, await codeAt(secret, used));
      expect([again.status, again.body.code]).toEqual([401, "INVALID_CREDENTIALS"]);
    }
  });

  it("takes a code once, also when it comes twenty times at once", async () => {
    const { user, secret } = await withTotp();
    for (let round = 0; round < races(2); round++) {
      await forgetLastStep(user.id);
      const code = await codeAt(secret, currentStep());
      expect(await race(user.username, code, 20), `round ${round}`).toEqual([200, ...Array(19).fill(401)]);
    }
  }, 600_000);

  it("spends the code that turned the factor on", async () => {
    const { user, accessToken: token } = await server.signIn();
    const { secret } = (await call(token, "setup")).body.data;
    const code = await codeAt(secret, currentStep());
    await call(token, "enable", { code });
    expect((await login(user.username, code)).body.code).toBe("INVALID_CREDENTIALS");
  });

  it("answers a wrong code like a wrong password, and a missing one only after the right password", async () => {
    const { user, secret } = await withTotp();
    const code = await codeAt(secret, currentStep());
    const strip = ({ status, body: { requestId, ...body } }: Awaited<ReturnType<typeof login>>) => ({ status, body });
    const wrongPassword = strip(await login(user.username, undefined, "Wrong-Horse-9"));
    expect(strip(await login(user.username, await wrongCode(secret)))).toEqual(wrongPassword);
    expect(strip(await login(user.username, code, "Wrong-Horse-9"))).toEqual(wrongPassword);
    expect(strip(await login(user.username, "aaaaa-bbbbb"))).toEqual(wrongPassword);
    expect(strip(await login("nobody-at-all", code))).toEqual(wrongPassword);
    expect((await login(user.username)).body.code).toBe("TOTP_REQUIRED");
    // The code that came with the wrong password is still good.
    expect((await login(user.username, code)).status).toBe(200);
    const acts = await query(
      "SELECT success, error_message FROM audit_logs WHERE user_id = $1 AND action = 'auth.login' ORDER BY created_at, id",
      user.id,
    );
    expect(acts.filter(({ success }) => !success).map(({ error_message }) => error_message)).toEqual([
      "wrong credentials",
      "the second factor was wrong",
      "wrong credentials",
      "the second factor was used before, or the account just changed",
      "the second factor was missing",
    ]);
  });

  it("takes no notice of a code where no second factor is on", async () => {
    const { user } = await server.signIn();
    expect((await login(user.username, "123456")).status).toBe(200);
  });
});

describe("a recovery code", () => {
  it("works once where a code does, however it is written", async () => {
    const { user, recoveryCodes } = await withTotp();
    const [first = "", second = "", third = ""] = recoveryCodes;
    expect((await login(user.username, first)).status).toBe(200);
    expect((await login(user.username, first)).body.code).toBe("INVALID_CREDENTIALS");
    expect((await login(user.username, second.toUpperCase().replace("-", ""))).status).toBe(200);
    expect((await login(user.username, third.replace("-", " "))).status).toBe(200);
  });

  it("works once, also when it is used many times at once", async () => {
    let codes: string[] = [];
    let username = "";
    for (let round = 0; round < races(2); round++) {
      if (codes.length === 0) {
        const { user, recoveryCodes } = await withTotp();
        [username, codes] = [user.username, recoveryCodes];
      }
      expect(await race(username, codes.pop(), 10), `round ${round}`).toEqual([200, ...Array(9).fill(401)]);
    }
  }, 600_000);

  it("is its owner's alone", async () => {
    const one = await withTotp();
    const other = await withTotp();
    expect((await login(other.user.username, one.recoveryCodes[0])).body.code).toBe("INVALID_CREDENTIALS");
    expect((await login(one.user.username, one.recoveryCodes[0])).status).toBe(200);
  });
});

describe("turning the second factor off", () => {
  it("needs both factors, and takes the recovery codes along", async () => {
    const { user, token, secret, recoveryCodes } = await withTotp();
    const code = await codeAt(secret, currentStep());
    const noPassword = await call(token, "disable", { password: "Wrong-Horse-9", code });
    expect([noPassword.status, noPassword.body.code]).toEqual([422, "WRONG_PASSWORD"]);
    const noCode = await call(token, "disable", { password: TEST_PASSWORD, code: await wrongCode(secret) });
    expect([noCode.status, noCode.body.code]).toEqual([422, "WRONG_CODE"]);
    const off = await call(token, "disable", { password: TEST_PASSWORD, code });
    expect(off.body).toEqual({ success: true, data: { totpEnabled: false } });
    expect((await login(user.username)).status).toBe(200);
    expect(await query("SELECT 1 FROM totp_recovery_codes WHERE user_id = $1", user.id)).toEqual([]);
    // Another set-up has another secret; what belonged to the old one is worth nothing.
    const next = (await call(token, "setup")).body.data.secret;
    expect(next).not.toBe(secret);
    await call(token, "enable", { code: await codeAt(next, currentStep()) });
    expect((await login(user.username, recoveryCodes[0])).body.code).toBe("INVALID_CREDENTIALS");
  });

  it("takes a recovery code too", async () => {
    const { token, recoveryCodes } = await withTotp();
    expect((await call(token, "disable", { password: TEST_PASSWORD, code: recoveryCodes[9] })).status).toBe(200);
  });

  it("is written into the audit log with the tries that failed", async () => {
    const { user, token, recoveryCodes } = await withTotp();
    await call(token, "disable", { password: "Wrong-Horse-9", code: recoveryCodes[0] });
    await call(token, "disable", { password: TEST_PASSWORD, code: recoveryCodes[0] });
    const acts = await query("SELECT action, success FROM audit_logs WHERE resource_id = $1 ORDER BY id", user.id);
    expect(acts.map(Object.values)).toEqual([
      ["auth.totp_setup", true],
      ["auth.totp_enable", true],
      ["auth.totp_disable", false],
      ["auth.totp_disable", true],
    ]);
  });
});
