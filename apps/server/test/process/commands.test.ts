import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createOrganization, createTestDatabase, type TestDatabase } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";
import { endAll, startCrm } from "./start-crm.ts";

/** As audit logs name whoever runs the command. */
const OPERATOR = `cli:${userInfo().username}`;

let folder: string;
let database: TestDatabase;
let server: TestServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "crm-commands-"));
  database = await createTestDatabase();
  const organization = await createOrganization(database.db, { slug: "default" });
  // A process of the same installation, which takes note of what the commands do.
  server = await startTestServer({}, { shared: { database, organization } });
});
afterAll(async () => {
  await endAll();
  await server.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function crm(...args: string[]) {
  const run = startCrm(args, { DATA_DIR: folder, DATABASE_URL: database.url });
  const code = await run.ended;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

const login = (organization: string, username: string, password: string) =>
  server.json("POST", "/api/auth/login", { body: { organization, username, password } });
const passwordIn = (stdout: string) => /temporary password (\S+)/.exec(stdout)?.[1] ?? "";

/** Each command is a process that starts from the sources: seconds on a busy machine. */
const PATIENCE = { timeout: 180_000 };

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
    const listed = await crm("org", "list");
    expect(listed.stdout).toMatch(/^SLUG +NAME +USERS +CREATED$/m);
    expect(listed.stdout).toMatch(/^acme +Acme, Inc\. +1 +20/m);
  });

  it("refuses a name that is taken or none, in one sentence", async () => {
    const taken = await crm("org", "create", "acme", "--name", "Again", "--admin", "other");
    expect(taken).toMatchObject({ code: 1, stderr: "There is an organization acme already.\n" });
    const bad = await crm("org", "create", "Not A Slug", "--name", "x", "--admin", "other");
    expect(bad).toMatchObject({ code: 2, stderr: "slug: must be an organization's short name.\n" });
  });
});

describe("crm user", PATIENCE, () => {
  const inAcme = ["--organization", "acme"];

  it("creates, lists, promotes, lets in again and deletes, and the audit log says so", async () => {
    const created = await crm("user", "create", "helper", "--email", "helper@acme.test", ...inAcme);
    expect(created.stderr).toBe("");
    expect((await login("acme", "helper", passwordIn(created.stdout))).status).toBe(200);
    expect((await crm("user", "role", "HELPER", "admin", ...inAcme)).stdout).toContain("helper is an admin.");
    expect((await crm("user", "list", ...inAcme)).stdout).toMatch(/^helper +admin +helper@acme\.test +20/m);

    const reset = await crm("user", "reset-password", "helper", ...inAcme);
    expect((await login("acme", "helper", passwordIn(created.stdout))).status).toBe(401);
    const { body } = await login("acme", "helper", passwordIn(reset.stdout));
    expect(body.data.needsPasswordChange).toBe(true);

    expect(await crm("user", "delete", "helper", ...inAcme)).toMatchObject({ code: 2, stdout: "" });
    expect((await crm("user", "delete", "helper", "--yes", ...inAcme)).code).toBe(0);
    expect((await server.json("GET", "/api/auth/me", { token: body.data.tokens.accessToken })).status).toBe(401);
    const { rows } = await database.pool.query(
      "SELECT action FROM audit_logs WHERE username = $1 ORDER BY created_at, id OFFSET 2",
      [OPERATOR],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      "user.create",
      "user.change_role",
      "user.reset_password",
      "user.delete",
    ]);
  });

  it("is held to the same rules as admins are, and says so in one sentence", async () => {
    const last = await crm("user", "role", "chief", "member", ...inAcme);
    expect(last).toMatchObject({ code: 1, stderr: "The last administrator has to stay one.\n" });
    const nobody = await crm("user", "reset-password", "nobody", ...inAcme);
    expect(nobody).toMatchObject({ code: 1, stderr: "There is no user nobody.\n" });
    const nowhere = await crm("user", "list", "--organization", "nowhere");
    expect(nowhere).toMatchObject({ code: 1, stderr: "There is no organization nowhere.\n" });
  });
});
