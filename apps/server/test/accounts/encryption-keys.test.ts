import { randomBytes } from "node:crypto";
import { createOrganization, createUser, TEST_PASSWORD } from "@crm/db/testing";
import { type DemoMailServer, startDemoMail } from "@crm/demo-mail";
import { rotateEncryptionKeys } from "@crm/services";
import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { migrateWorker } from "../../src/worker/migrate-worker.ts";
import { startWorker } from "../../src/worker/start-worker.ts";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

const OLD = { id: "old", key: randomBytes(32) };
const NEW = { id: "new", key: randomBytes(32) };
const MAIL_PASSWORD = "mail-Secret-of-Jana";
const rateLimits = { windowMs: 60_000, maxRequests: 1e6, loginMax: 1e6, sensitiveMax: 1e6 };

let mail: DemoMailServer;
let first: TestServer;
const started: TestServer[] = [];
beforeAll(async () => {
  const accounts = ["jana", "karl"].map((name) => ({ username: `${name}@house.test`, password: MAIL_PASSWORD }));
  mail = await startDemoMail({ accounts, replyDelay: null });
});
afterEach(async () => {
  for (const server of started.splice(0).reverse()) await server.stop();
});
afterAll(() => mail.close());

/** One more process of the installation, with these keys. */
async function start(...encryptionKeys: [typeof OLD, ...(typeof OLD)[]]): Promise<TestServer> {
  const mailServers = { sessionUrl: mail.sessionUrl };
  const shared = started.length > 0 ? { shared: first } : {};
  const server = await startTestServer({}, { encryptionKeys, mailServers, rateLimits, ...shared });
  if (started.length === 0) first = server;
  started.push(server);
  return server;
}

const query = async (text: string, ...values: unknown[]) => (await first.database.pool.query(text, values)).rows;

/** Everything that a dump of the database would hold, table by table, as text. */
async function dump(): Promise<string> {
  const tables = await query(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  const rows = [];
  for (const { name } of tables) rows.push(...(await query(`SELECT t::text AS row FROM ${name} t`)));
  return rows.map(({ row }) => row).join("\n");
}
const under = (key: typeof OLD, text: string) =>
  text.match(new RegExp(`\\b${key.id}:[\\w-]{16}:[\\w-]{22}:`, "g")) ?? [];

const codeOf = (secret: string, drift = 0) =>
  generateHOTP(base32.decode(secret, { strict: false }), Math.floor(Date.now() / 30_000) + drift);
const logIn = (server: TestServer, username: string, totp?: string) =>
  server.json("POST", "/api/auth/login", { body: { username, password: TEST_PASSWORD, ...(totp && { totp }) } });

/** Somebody with a mailbox, a second factor and an answer that is kept; each secret is stored encrypted. */
async function settle(server: TestServer, name: string) {
  const { user, accessToken: token } = await server.signIn({ role: "admin" });
  const post = (path: string, body?: unknown, headers = {}) =>
    server.json("POST", path, { token, headers, ...(body !== undefined && { body }) });
  await post("/api/auth/link-email", { email: `${name}@house.test`, emailPassword: MAIL_PASSWORD });
  const { secret } = (await post("/api/auth/totp/setup")).body.data;
  const enabled = await post("/api/auth/totp/enable", { code: await codeOf(secret) });
  const invite = { username: `${name}.guest` };
  const invited = await post("/api/admin/users", invite, { "idempotency-key": "invitation" });
  const key = await post("/api/auth/api-keys", { name: "script", scopes: ["contacts:read"] });
  expect([enabled.status, invited.status, key.status]).toEqual([200, 201, 201]);
  await query("UPDATE users SET totp_last_step = NULL WHERE id = $1", user.id);
  const secrets = {
    mailPassword: MAIL_PASSWORD,
    totpSecret: secret as string,
    recoveryCode: enabled.body.data.recoveryCodes[0] as string,
    temporaryPassword: invited.body.data.user.tempPassword as string,
    apiKey: key.body.data.key as string,
    accessToken: token,
    ownPassword: TEST_PASSWORD,
  };
  return { user, token, invite, secrets };
}

/** What each of the secrets is for, tried at this process. */
async function expectAllToWork(
  server: TestServer,
  { user, token, invite, secrets }: Awaited<ReturnType<typeof settle>>,
) {
  const sync = await server.json("POST", "/api/emails/sync", { token });
  expect([sync.status, sync.body.data?.status]).toEqual([200, "completed"]);
  await query("UPDATE users SET totp_last_step = NULL WHERE id = $1", user.id);
  expect((await logIn(server, user.username, await codeOf(secrets.totpSecret))).status).toBe(200);
  const replayed = await server.json("POST", "/api/admin/users", {
    token,
    body: invite,
    headers: { "idempotency-key": "invitation" },
  });
  expect(replayed.body.data?.user?.tempPassword).toBe(secrets.temporaryPassword);
  const verified = await server.json("GET", "/api/admin/audit-logs/verify", { token });
  expect(verified.body.data).toMatchObject({ ok: true, firstBrokenId: null });
}

describe("secrets at rest", () => {
  it("are in no dump of the database, in whatever spelling", async () => {
    const { secrets } = await settle(await start(OLD), "jana");
    const text = (await dump()).toLowerCase();
    expect(under(OLD, text).length).toBeGreaterThanOrEqual(4);
    for (const [name, secret] of Object.entries(secrets)) {
      for (const encoding of ["utf8", "hex", "base64", "base64url"] as const) {
        const spelled = Buffer.from(secret).toString(encoding).replace(/=+$/, "").toLowerCase();
        expect(text.includes(spelled), `${name} in ${encoding}`).toBe(false);
      }
    }
  });

  it("are encrypted differently each time, and useless in another user's row", async () => {
    const server = await start(OLD);
    const [jana, karl] = [await settle(server, "jana"), await settle(server, "karl")];
    const stored = await query("SELECT password_encrypted AS value FROM mail_accounts");
    expect(new Set(stored.map(({ value }) => value)).size).toBe(2);
    await query(
      "UPDATE mail_accounts SET password_encrypted = (SELECT password_encrypted FROM mail_accounts WHERE user_id = $1)",
      jana.user.id,
    );
    expect((await server.json("POST", "/api/emails/sync", { token: jana.token })).status).toBe(200);
    const stolen = await server.json("POST", "/api/emails/sync", { token: karl.token });
    expect([stolen.status, stolen.body.code]).toEqual([422, "MAILBOX_AUTH_FAILED"]);
    // It is not the mail server that refused it: no password came to light to be tried there.
    expect(stolen.body.error).toMatch(/^The stored password of this mail account cannot be read any more\./);
    expect((await server.json("GET", "/api/emails/sync", { token: karl.token })).body.data.status).toBe("error");
  });
});

describe("a new encryption key", () => {
  it("takes over while everything runs, and the old one can be dropped", async () => {
    const old = await start(OLD);
    const jana = await settle(old, "jana");
    // An organization where nothing happens any more has its log's end under the old key, too.
    const quiet = await createOrganization(old.database.db, { slug: "quiet" });
    const admin = await createUser(old.database.db, quiet, { role: "admin" });
    const enter = (server: TestServer) =>
      server.json("POST", "/api/auth/login", {
        body: { username: admin.username, password: TEST_PASSWORD, organization: "quiet" },
      });
    const { accessToken: quietToken } = (await enter(old)).body.data.tokens;
    const verifyQuiet = async (server: TestServer) =>
      (await server.json("GET", "/api/admin/audit-logs/verify", { token: quietToken })).body.data;
    expect(await verifyQuiet(old)).toEqual({ ok: true, checked: 1, firstBrokenId: null });

    // Every process learns the new key first, then encrypts by it.
    const learnt = await start(OLD, NEW);
    const current = await start(NEW, OLD);
    await migrateWorker(current.database.url);
    const worker = await startWorker({ dependencies: current.dependencies, databaseUrl: current.database.url });
    try {
      let left = under(OLD, await dump());
      // What the process with the old key first seals behind its answers is moved on by the next turn of the worker.
      for (const deadline = Date.now() + 20_000; Date.now() < deadline && left.length > 0; ) {
        await expectAllToWork(learnt, jana);
        await expectAllToWork(current, jana);
        left = under(OLD, await dump());
      }
      expect(left).toEqual([]);
    } finally {
      await worker.stop();
    }
    expect(under(NEW, await dump()).length).toBeGreaterThanOrEqual(5);
    await expectAllToWork(learnt, jana);
    // Before the old key goes, no process encrypts by it any more.
    await learnt.dependencies.background.stop();
    await rotateEncryptionKeys(current.dependencies);

    const without = await start(NEW);
    await expectAllToWork(without, jana);
    expect(await verifyQuiet(without)).toEqual({ ok: true, checked: 1, firstBrokenId: null });
  }, 60_000);

  it("reaches every value once, in many batches, by several processes, beside changes", async () => {
    const old = await start(OLD);
    const users = await query(
      `INSERT INTO users (organization_id, id, username, password_hash)
       SELECT $1, gen_random_uuid(), 'many-' || n, '' FROM generate_series(1, 450) n RETURNING id, organization_id AS "organizationId"`,
      old.organization.id,
    );
    const sealFor = (server: TestServer, userId: string, secret: string) =>
      server.dependencies.secrets.encrypt(secret, ["users.totp_secret", old.organization.id, userId]);
    const write = (userId: string, sealed: string) =>
      query("UPDATE users SET totp_secret = $2 WHERE id = $1", userId, sealed);
    await Promise.all(users.map(({ id }) => write(id, sealFor(old, id, `secret of ${id}`))));

    const processes = [await start(NEW, OLD), await start(NEW, OLD)];
    const changed = new Set(users.slice(0, 50).map(({ id }) => id));
    const [one, other] = await Promise.all([
      ...processes.map(({ dependencies }) => rotateEncryptionKeys(dependencies)),
      ...[...changed].map((id) => write(id, sealFor(old, id, `new secret of ${id}`))),
    ]);
    const rotated = [one, other].map((report) => (report as Awaited<ReturnType<typeof rotateEncryptionKeys>>).rotated);
    const total = rotated.reduce((sum, counts) => sum + (counts["users.totp_secret"] ?? 0), 0);
    // Nobody's twice, but for those that were changed after their turn or while it was.
    expect(total).toBeGreaterThanOrEqual(400);
    expect(total).toBeLessThanOrEqual(500);
    // What was changed behind the rotation's back is left for the next one.
    await rotateEncryptionKeys((processes[0] as TestServer).dependencies);
    const without = await start(NEW);
    for (const { id, sealed } of await query(
      "SELECT id, totp_secret AS sealed FROM users WHERE totp_secret IS NOT NULL",
    )) {
      const plain = without.dependencies.secrets.decrypt(sealed, ["users.totp_secret", old.organization.id, id]);
      expect(plain).toBe(changed.has(id) ? `new secret of ${id}` : `secret of ${id}`);
    }
  });

  it("leaves alone what does not decrypt, says where, and goes on with the rest", async () => {
    const old = await start(OLD);
    const [jana, karl] = [await settle(old, "jana"), await settle(old, "karl")];
    await query(
      "UPDATE mail_accounts SET password_encrypted = (SELECT password_encrypted FROM mail_accounts WHERE user_id = $1)",
      jana.user.id,
    );
    const current = await start(NEW, OLD);
    const { rotated, stuck } = await rotateEncryptionKeys(current.dependencies);
    expect(stuck).toEqual({ "mail_accounts.password": 1 });
    expect(rotated).toMatchObject({ "mail_accounts.password": 1, "users.totp_secret": 2 });
    const [left] = await query("SELECT user_id FROM mail_accounts WHERE password_encrypted LIKE 'old:%'");
    expect(left.user_id).toBe(karl.user.id);

    const forgetful = await start({ id: "newest", key: randomBytes(32) });
    const lost = await rotateEncryptionKeys(forgetful.dependencies);
    expect([lost.rotated, lost.stuck["mail_accounts.password"]]).toEqual([{}, 2]);
    const said = forgetful.log.filter(({ level }) => level === "error").map(({ message }) => message);
    expect(said).toEqual([expect.stringContaining("ENCRYPTION_KEYS")]);
  });

  it("does not repair an audit log whose end was cut before", async () => {
    const old = await start(OLD);
    const { token } = await settle(old, "jana");
    const verify = async (server: TestServer) =>
      (await server.json("GET", "/api/admin/audit-logs/verify", { token })).body.data.ok;
    expect(await verify(old)).toBe(true);
    await query("DELETE FROM audit_logs WHERE sequence = (SELECT max(sequence) FROM audit_logs)");
    const current = await start(NEW, OLD);
    await rotateEncryptionKeys(current.dependencies);
    expect(await verify(await start(NEW))).toBe(false);
  });
});
