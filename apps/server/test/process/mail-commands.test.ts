import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateMessages, mailServerCases, type TestMailServer } from "@crm/jmap/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";
import { runCrm } from "./run-crm.ts";
import { endAll } from "./start-crm.ts";

const VIP = "vip@zakaznik.test";
const PATIENCE = { timeout: 120_000 };

let mail: TestMailServer;
let server: TestServer;
let env: Record<string, string>;
let address: string;
let username: string;
beforeAll(async () => {
  const demo = mailServerCases(null).find(({ name }) => name === "demo-mail");
  if (!demo) throw new Error("there is no demo mail server");
  mail = await demo.open();
  const mailbox = await mail.createAccount();
  address = mailbox.username;
  await mail.append(mailbox, generateMessages({ count: 80, owner: address, vip: VIP, vipCount: 20 }));
  const key = randomBytes(32);
  const encryptionKeys = [{ id: "test", key }] as const;
  server = await startTestServer({}, { encryptionKeys, mailServers: { sessionUrl: mail.sessionUrl } });
  const { user, accessToken: token } = await server.signIn();
  username = user.username;
  await server.json("POST", "/api/auth/link-email", {
    token,
    body: { email: address, emailPassword: mailbox.password },
  });
  await server.json("POST", "/api/emails/sync", { token });
  await server.json("POST", "/api/contacts", { token, body: { email: VIP } });
  env = {
    DATA_DIR: mkdtempSync(join(tmpdir(), "crm-mail-commands-")),
    DATABASE_URL: server.database.url,
    ENCRYPTION_KEYS: `test:${key.toString("base64")}`,
    JMAP_SESSION_URL: mail.sessionUrl,
  };
});
afterAll(async () => {
  await endAll();
  await server.stop();
  await mail.stop();
  rmSync(env.DATA_DIR ?? "", { recursive: true, force: true });
});

const crm = (...args: string[]) => runCrm(env, ...args);

describe("crm mail", PATIENCE, () => {
  it("brings in new mail and says how far each mirror is", async () => {
    const raw = `From: ${VIP}\r\nTo: ${address}\r\nSubject: new\r\nMessage-ID: <${Date.now()}@x.test>\r\n\r\nx\r\n`;
    await mail.deliver({ username: address, password: "" }, Buffer.from(raw));
    const synced = await crm("mail", "sync", username);
    expect(synced).toMatchObject({ code: 0, stdout: `${address}: up to date.\n` });
    const status = await crm("mail", "status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject([
      { username, address, status: "idle", indexed: 81, mirrored: 21, waiting: 0, lastError: null },
    ]);
    const { rows } = await server.database.pool.query("SELECT username FROM audit_logs WHERE action = 'mail.sync'");
    expect(rows.at(-1)?.username).toMatch(/^cli:/);
  });

  it("shows how many messages could not be mirrored", async () => {
    const { pool } = server.database;
    await pool.query(`INSERT INTO mail_sync_problems (organization_id, mail_account_id, jmap_id, message)
      SELECT organization_id, id, 'broken', 'it cannot be read' FROM mail_accounts`);
    const { stdout } = await crm("mail", "status");
    await pool.query("DELETE FROM mail_sync_problems");
    const [headings = "", row = ""] = stdout.split("\n").map((line) => line.split(/ {2,}/));
    expect(row[headings.indexOf("UNREADABLE")]).toBe("1");
  });

  it("finds what differs from the mailbox, ends with 1, and heals it when told to", async () => {
    await server.database.pool.query("UPDATE contacts SET email_count = 7");
    const found = await crm("mail", "check", "--json");
    expect(found.code).toBe(1);
    expect(JSON.parse(found.stdout)).toMatchObject([
      { address, status: "completed", checked: 81, healed: false, differences: [{ kind: "contact counts" }] },
    ]);
    const healed = await crm("mail", "check", username, "--heal");
    expect(healed).toMatchObject({ code: 0, stdout: expect.stringContaining("1 difference in 81 messages; healed.") });
    expect(await crm("mail", "check")).toMatchObject({
      code: 0,
      stdout: `${address}: as at the mail server, 81 messages.\n`,
    });
  });

  it("checks the other mailboxes when one of them cannot be read, and says why", async () => {
    const { user, accessToken: token } = await server.signIn();
    const other = await mail.createAccount();
    const body = { email: other.username, emailPassword: other.password };
    await server.json("POST", "/api/auth/link-email", { token, body });
    await server.json("POST", "/api/emails/sync", { token });
    const { pool } = server.database;
    const [bad, good] = username < user.username ? [address, other.username] : [other.username, address];
    // Whoever comes first has a password that no key opens, so that the other shows whether the check goes on.
    const seal = async (value: string) => {
      const { rows } = await pool.query(
        `UPDATE mail_accounts m SET password_encrypted = $2 FROM mail_accounts before
         WHERE m.address = $1 AND before.id = m.id RETURNING before.password_encrypted AS sealed`,
        [bad, value],
      );
      return rows[0].sealed;
    };
    const sealed = await seal("gone:a:b:c");
    const { code, stdout } = await crm("mail", "check");
    await seal(sealed);
    await server.json("DELETE", "/api/auth/link-email", { token });
    expect(code).toBe(1);
    expect(stdout.trim().split("\n")).toEqual([
      `${bad}: The stored password of this mail account cannot be read any more. Link the mail account again.`,
      expect.stringContaining(`${good}: as at the mail server, `),
    ]);
  });

  it("says that somebody has no mailbox, in one sentence", async () => {
    const { user } = await server.signIn();
    const sync = await crm("mail", "sync", user.username);
    expect(sync).toMatchObject({ code: 1, stderr: `${user.username} has linked no mailbox.\n` });
  });
});

describe("crm doctor", PATIENCE, () => {
  const examine = async (changes: Record<string, string> = {}) => {
    const { code, stdout } = await runCrm({ ...env, ...changes }, "doctor", "--json");
    const findings = JSON.parse(stdout) as { check: string; state: string; message: string; advice?: string }[];
    return { code, findings, of: (check: string) => findings.find((finding) => finding.check === check) };
  };
  const host = () => new URL(mail.sessionUrl).host;

  it("finds everything right, step by step, up to signing in at the mail server", async () => {
    const { code, of } = await examine();
    expect(of(`mail server ${host()}: session`)).toMatchObject({ state: "ok" });
    expect(of(`mail account ${address}: login`)).toMatchObject({ state: "ok" });
    for (const check of ["configuration", "database", "migrations", "mail accounts: passwords"]) {
      expect(of(check)).toMatchObject({ state: "ok" });
    }
    expect(of("Redis")).toMatchObject({ state: "skipped" });
    expect(code).toBe(0);
  });

  it.each([
    { what: "a bad variable", changes: { PORT: "many" }, check: "configuration" },
    {
      what: "another key",
      changes: { ENCRYPTION_KEYS: `test:${randomBytes(32).toString("base64")}` },
      check: "mail accounts: passwords",
    },
    { what: "a Redis that is away", changes: { REDIS_URL: "redis://127.0.0.1:1" }, check: "Redis: TCP" },
    { what: "an SMTP server without a name", changes: { SMTP_URL: "smtp://mail.invalid" }, check: "SMTP: DNS" },
    {
      what: "a web server that is none for mail",
      changes: () => ({ JMAP_SESSION_URL: `${server.url}/nothing` }),
      check: () => `mail server ${new URL(server.url).host}: session`,
    },
    {
      what: "a database that is away",
      changes: { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" },
      check: "database",
    },
  ])("names $what, says what to do, and ends with 1", async ({ changes, check }) => {
    const { code, of } = await examine(typeof changes === "function" ? changes() : changes);
    expect(of(typeof check === "function" ? check() : check)).toMatchObject({
      state: "failed",
      advice: expect.stringMatching(/\.$/),
    });
    expect(code).toBe(1);
  });

  it("tells of migrations that are missing, and does not run them", async () => {
    await server.database.pool.query(
      "DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations)",
    );
    const { of } = await examine();
    expect(of("migrations")).toMatchObject({ state: "failed", advice: "Run `crm migrate`." });
  });
});
