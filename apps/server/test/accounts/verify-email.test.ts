import { races } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";
import { type CaughtLetter, type PostOffice, startPostOffice } from "./start-post-office.ts";

const rateLimits = { windowMs: 60_000, maxRequests: 1e6, loginMax: 1e6, sensitiveMax: 1e6 };
let office: PostOffice;
let server: TestServer;
/** A second process on the same database. */
let other: TestServer;
beforeAll(async () => {
  office = await startPostOffice();
  const options = { smtpUrl: office.smtpUrl, rateLimits };
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

describe("proving one's address", () => {
  const link = (token: string, email: string) =>
    server.json("POST", "/api/auth/link-email", { token, body: { email } });
  const verify = (token: string, code: string, at = server) =>
    at.json("POST", "/api/auth/verify-email", { token, body: { code } });
  const codeIn = ({ raw }: CaughtLetter) => /^(\d{6})\r$/m.exec(raw)?.[1] ?? "";
  const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

  async function signInWithCode() {
    const { user, accessToken: token } = await server.signIn();
    const email = `proven${++people}@mail.example`;
    const linked = await link(token, email);
    expect(linked.body.data).toMatchObject({ mailAccount: null, emailVerified: false });
    return { user, token, email, code: codeIn(await office.next(email)) };
  }

  it("takes the code that was mailed, once", async () => {
    const { token, email, code, user } = await signInWithCode();
    const proven = await verify(token, code);
    expect(proven.body).toMatchObject({
      success: true,
      data: { emailVerified: true, user: { email, emailVerified: true } },
    });
    expect((await verify(token, code)).body.code).toBe("WRONG_CODE");
    const acts = (await auditOf(user.id)).filter(({ action }) => action === "auth.verify_email");
    expect(acts.map(({ success }) => success)).toEqual([true, false]);
    // An address that is proven stays so, and needs no further letter.
    expect((await link(token, email.toUpperCase())).body.data.emailVerified).toBe(true);
  });

  it("gives up after five tries, however many come at once", async () => {
    for (let round = 0; round < races(2); round++) {
      const { user, token, code } = await signInWithCode();
      const sides = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? server : other));
      const tries = await Promise.all(sides.map((side) => verify(token, otherThan(code), side)));
      expect(new Set(tries.map(({ body }) => body.code))).toEqual(new Set(["WRONG_CODE"]));
      expect((await verify(token, code)).body.code).toBe("WRONG_CODE");
      const [row] = await query("SELECT attempts FROM user_tokens WHERE user_id = $1", user.id);
      expect(row?.attempts, `round ${round}`).toBe(5);
    }
  }, 600_000);

  it("still takes the right code at the fifth try", async () => {
    const { token, code } = await signInWithCode();
    for (let tries = 0; tries < 4; tries++) await verify(token, otherThan(code));
    expect((await verify(token, code)).status).toBe(200);
  });

  it("is over after ten minutes, and a new code takes the place of the old one", async () => {
    const { user, token, email, code } = await signInWithCode();
    await link(token, email);
    const second = codeIn(await office.next(email));
    if (second !== code) expect((await verify(token, code)).body.code).toBe("WRONG_CODE");
    expect(await livesOf(user.id)).toEqual([10]);
    await expireTokens(user.id);
    expect((await verify(token, second)).body.code).toBe("WRONG_CODE");
    expect((await server.json("GET", "/api/auth/me", { token })).body.data.emailVerified).toBe(false);
  });

  it("counts for the address that the code went to, not for a later one", async () => {
    const { token, code } = await signInWithCode();
    const email = `later${people}@mail.example`;
    await link(token, email);
    const next = codeIn(await office.next(email));
    if (next !== code) expect((await verify(token, code)).body.code).toBe("WRONG_CODE");
    expect((await verify(token, next)).body.data.user).toMatchObject({ email, emailVerified: true });
  });

  it("takes six digits and nothing else", async () => {
    const { accessToken: token } = await server.signIn();
    for (const code of ["12345", "1234567", "12345a", "１２３４５６"]) {
      expect((await verify(token, code)).body.code).toBe("VALIDATION_ERROR");
    }
    expect((await verify(token, "123456")).body.code).toBe("WRONG_CODE");
  });
});
