import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createOrganization, createTestDatabase, type TestDatabase } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";
import { runCrm } from "./run-crm.ts";
import { endAll } from "./start-crm.ts";

/** As audit logs name whoever runs the command. */
const OPERATOR = `cli:${userInfo().username}`;

/** Of the installation: with another one, nobody can prove the end of its audit log. */
const key = randomBytes(32);

let folder: string;
let database: TestDatabase;
let server: TestServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "crm-commands-"));
  database = await createTestDatabase();
  const organization = await createOrganization(database.db, { slug: "default" });
  // A process of the same installation, which takes note of what the commands do.
  server = await startTestServer({}, { shared: { database, organization }, encryptionKeys: [{ id: "test", key }] });
});
afterAll(async () => {
  await endAll();
  await server.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const crm = (...args: string[]) =>
  runCrm({ DATA_DIR: folder, DATABASE_URL: database.url, ENCRYPTION_KEYS: `test:${key.toString("base64")}` }, ...args);
const login = (organization: string, username: string, password: string) =>
  server.json("POST", "/api/auth/login", { body: { organization, username, password } });
const passwordIn = (stdout: string) => /temporary password (\S+)/.exec(stdout)?.[1] ?? "";
const inAcme = ["--organization", "acme"];

/** Each command is a process: a second of work, and more where others work beside it. */
const PATIENCE = { timeout: 120_000 };

describe("crm org", PATIENCE, () => {
  it("makes an organization whose admin signs in with the password that is shown", async () => {
    const made = await crm("org", "create", "acme", "--name", "Acme, Inc.", "--admin", "chief");
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const { status, body } = await login("acme", "chief", passwordIn(made.stdout));
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { data: { user: { role: "admin" }, needsPasswordChange: true } },
    });
    expect((await login("default", "chief", passwordIn(made.stdout))).status).toBe(401);
    const { rows } = await database.pool.query(
      "SELECT action, username, user_id, new_value FROM audit_logs WHERE action NOT LIKE 'auth.%' ORDER BY created_at, id",
    );
    expect(rows).toMatchObject([
      { action: "organization.create", username: OPERATOR, user_id: null, new_value: { slug: "acme" } },
      { action: "user.create", username: OPERATOR, new_value: { username: "chief", role: "admin" } },
    ]);
    expect(JSON.stringify(rows)).not.toContain(passwordIn(made.stdout));
  });

  it("lists them for a person and for a program; refuses a name that is taken, in one sentence or as JSON", async () => {
    const create = ["org", "create", "acme", "--name", "Again", "--admin", "other"];
    const [listed, json, taken, asJson] = await Promise.all([
      crm("org", "list"),
      crm("org", "list", "--json"),
      crm(...create),
      crm(...create, "--json"),
    ]);
    expect(listed.stdout).toMatch(/^SLUG +NAME +USERS +CREATED$/m);
    expect(listed.stdout).toMatch(/^acme +Acme, Inc\. +1 +20/m);
    expect(JSON.parse(json.stdout)).toMatchObject([
      { slug: "acme", name: "Acme, Inc.", users: 1 },
      { slug: "default" },
    ]);
    const error = "There is an organization acme already.";
    expect(taken).toEqual({ code: 1, stdout: "", stderr: `${error}\n` });
    expect(JSON.parse(asJson.stderr)).toEqual({ error, code: "CONFLICT" });
  });
});

describe("crm user", PATIENCE, () => {
  it("creates, lists, promotes, lets in again and deletes, and the audit log says so", async () => {
    const created = await crm("user", "create", "helper", "--email", "helper@acme.test", ...inAcme);
    expect(created.stderr).toBe("");
    expect((await login("acme", "helper", passwordIn(created.stdout))).status).toBe(200);
    expect((await crm("user", "role", "HELPER", "admin", ...inAcme)).stdout).toContain("helper is an admin.");
    const [listed, reset] = await Promise.all([
      crm("user", "list", ...inAcme),
      crm("user", "reset-password", "helper", ...inAcme, "--json"),
    ]);
    expect(listed.stdout).toMatch(/^helper +admin +helper@acme\.test +20/m);
    expect((await login("acme", "helper", passwordIn(created.stdout))).status).toBe(401);
    const { body } = await login("acme", "helper", JSON.parse(reset.stdout).tempPassword);
    expect(body.data.needsPasswordChange).toBe(true);

    expect(await crm("user", "delete", "helper", ...inAcme)).toMatchObject({ code: 2, stdout: "" });
    expect((await crm("user", "delete", "helper", "--yes", ...inAcme)).code).toBe(0);
    expect((await server.json("GET", "/api/auth/me", { token: body.data.tokens.accessToken })).status).toBe(401);
    const audited = await crm("audit", "list", ...inAcme, "--json");
    const acts = JSON.parse(audited.stdout).filter((entry: { username: string }) => entry.username === OPERATOR);
    expect(acts.map(({ action }: { action: string }) => action).reverse()).toEqual([
      "organization.create",
      "user.create",
      "user.create",
      "user.change_role",
      "user.reset_password",
      "user.delete",
    ]);
  });

  it("is held to the same rules as admins are, and says so in one sentence; what is refused is audited", async () => {
    const [last, nobody, nowhere] = await Promise.all([
      crm("user", "role", "chief", "member", ...inAcme),
      crm("user", "reset-password", "nobody", ...inAcme),
      crm("user", "list", "--organization", "nowhere"),
    ]);
    expect(last).toMatchObject({ code: 1, stderr: "The last administrator has to stay one.\n" });
    expect(nobody).toMatchObject({ code: 1, stderr: "There is no user nobody.\n" });
    expect(nowhere).toMatchObject({ code: 1, stderr: "There is no organization nowhere.\n" });
    const failed = await crm("audit", "list", "--failed", ...inAcme);
    expect(failed.stdout).toMatch(new RegExp(`${OPERATOR} +user\\.change_role .*failed: The last administrator`));
  });
});

describe("crm api-key and crm audit", PATIENCE, () => {
  it("makes a key that acts for its user, and never more than they may", async () => {
    const { user } = await server.signIn();
    const create = ["api-key", "create", user.username, "--name", "Accounting", "--scope"];
    const [made, refused] = await Promise.all([
      crm(...create, "contacts:read", "emails:read", "--json"),
      crm(...create, "admin"),
    ]);
    const { key, apiKey } = JSON.parse(made.stdout);
    expect(apiKey).toMatchObject({ name: "Accounting", scopes: ["contacts:read", "emails:read"] });
    expect((await server.json("GET", "/api/contacts", { token: key })).status).toBe(200);
    expect((await server.json("POST", "/api/contacts", { token: key, body: { email: "a@b.test" } })).status).toBe(403);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    const { rows } = await database.pool.query(
      "SELECT username, user_id FROM audit_logs WHERE action = 'api_key.create' AND success",
    );
    expect(rows).toEqual([{ username: OPERATOR, user_id: user.id }]);
  });

  it("verifies the audit log, and ends with 1 where somebody has been at it", async () => {
    expect(await crm("audit", "verify", ...inAcme)).toMatchObject({ code: 0, stderr: "" });
    await database.pool.query("UPDATE audit_logs SET username = 'somebody' WHERE action = 'user.delete'");
    const found = await crm("audit", "verify", ...inAcme, "--json");
    expect(found.code).toBe(1);
    expect(JSON.parse(found.stdout)).toMatchObject({ ok: false, firstBrokenId: expect.any(String) });
  });
});

describe("crm, typed wrongly", PATIENCE, () => {
  it("says what is wrong, points to the help, and ends with 2", async () => {
    const [unknown, missing, bad, group] = await Promise.all([
      crm("usr"),
      crm("org", "create", "acme"),
      crm("org", "create", "Not A Slug", "--name", "x", "--admin", "other"),
      crm("user"),
    ]);
    expect(unknown).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("unknown command 'usr'") });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("--name <name>") });
    expect(bad).toMatchObject({
      code: 2,
      stderr: "slug: must be a short name of lower-case letters, digits and dashes.\n",
    });
    expect(group.code).toBe(2);
  });

  it("helps with examples, and ends with 0", async () => {
    const [all, one] = await Promise.all([crm("--help"), crm("user", "create", "--help")]);
    expect(all).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("Exit codes: 0 done") });
    expect(one.stdout).toMatch(/Examples:\n {2}\$ crm user create /);
  });
});
