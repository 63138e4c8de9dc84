import { createMailAccount } from "@crm/db/testing";
import { type DemoMailServer, startDemoMail } from "@crm/demo-mail";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
let mail: DemoMailServer;
let admin: Awaited<ReturnType<TestServer["signIn"]>>;
beforeAll(async () => {
  mail = await startDemoMail({ accounts: [], seed: "empty" });
  server = await startTestServer({}, { mailServers: { sessionUrl: mail.sessionUrl } });
  admin = await server.signIn({ username: "Boss", role: "admin" });
});
afterAll(async () => {
  await server.stop();
  await mail.close();
});

const ask = (method: string, path: string, body?: unknown, token = admin.accessToken) =>
  server.json(method, `/api/admin/users${path}`, { token, body });
const me = (token: string) => server.json("GET", "/api/auth/me", { token });
const login = (username: string, password: string) =>
  server.json("POST", "/api/auth/login", { body: { username, password } });
const query = async (sql: string, ...values: unknown[]) => (await server.database.pool.query(sql, values)).rows;

const audited = (action: string, resourceId: string) =>
  query(
    `SELECT username, user_id AS "userId", old_value AS "oldValue", new_value AS "newValue", success, error_message AS "errorMessage"
     FROM audit_logs WHERE action = $1 AND resource_id = $2 ORDER BY created_at, id`,
    action,
    resourceId,
  );

describe("changing a role", () => {
  it("holds from the user's next request on, and is in the audit log with both roles", async () => {
    const { user, accessToken } = await server.signIn();
    expect((await ask("GET", "", undefined, accessToken)).status).toBe(403);
    const promoted = await ask("PATCH", `/${user.id}/role`, { role: "admin" });
    expect(promoted).toMatchObject({ status: 200, body: { data: { id: user.id, role: "admin" } } });
    expect((await ask("GET", "", undefined, accessToken)).status).toBe(200);
    // The role that they have already is no act.
    expect((await ask("PATCH", `/${user.id}/role`, { role: "admin" })).body.data.role).toBe("admin");
    expect((await ask("PATCH", `/${user.id}/role`, { role: "member" })).body.data.role).toBe("member");
    expect((await ask("GET", "", undefined, accessToken)).body.code).toBe("FORBIDDEN");
    const { username } = user;
    expect(await audited("user.change_role", user.id)).toMatchObject([
      { username: "Boss", oldValue: { username, role: "member" }, newValue: { username, role: "admin" } },
      { userId: admin.user.id, oldValue: { role: "admin" }, newValue: { role: "member" } },
    ]);
  });

  it("is refused for the last admin, for unknown users and for unknown roles; refusals are audited", async () => {
    const { id } = admin.user;
    const refused = await ask("PATCH", `/${id}/role`, { role: "member" });
    expect(refused).toMatchObject({ status: 409, body: { code: "LAST_ADMIN" } });
    expect(await audited("user.change_role", id)).toMatchObject([{ success: false, username: "Boss" }]);
    const nobody = "01890000-0000-7000-8000-000000000000";
    expect((await ask("PATCH", `/${nobody}/role`, { role: "admin" })).status).toBe(404);
    expect((await ask("PATCH", `/${id}/role`, { role: "owner" })).status).toBe(400);
    expect((await ask("PATCH", `/${id}/role`)).status).toBe(400);
  });
});

describe("resetting a password", () => {
  it("ends the user's sessions and gives a password for 72 hours that has to be replaced", async () => {
    const { user, accessToken, refreshToken } = await server.signIn();
    const { status, body } = await ask("POST", `/${user.id}/reset-password`);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        data: { user: { id: user.id, changedPassword: false }, tempPassword: expect.stringMatching(/^\S{16}$/) },
      },
    });
    expect((await me(accessToken)).status).toBe(401);
    expect((await server.json("POST", "/api/auth/refresh", { body: { refreshToken } })).status).toBe(401);
    expect((await login(user.username, "Correct-Horse-7")).status).toBe(401);
    const { tempPassword } = body.data;
    const signedIn = await login(user.username, tempPassword);
    expect(signedIn.body.data).toMatchObject({ needsPasswordChange: true });
    const [row] = await query("SELECT temporary_password_until - now() AS rest FROM users WHERE id = $1", user.id);
    expect(row.rest.days).toBe(2);
    expect(row.rest.hours).toBe(23);
    const entries = await audited("user.reset_password", user.id);
    expect(entries).toMatchObject([{ username: "Boss", success: true, newValue: { endedSessions: 1 } }]);
    expect(JSON.stringify(entries)).not.toContain(tempPassword);
    expect(JSON.stringify(server.log)).not.toContain(tempPassword);
  });

  it("leaves the second factor on", async () => {
    const { user } = await server.signIn();
    await query("UPDATE users SET totp_enabled_at = now() WHERE id = $1", user.id);
    const { tempPassword } = (await ask("POST", `/${user.id}/reset-password`)).body.data;
    expect((await login(user.username, tempPassword)).body.code).toBe("TOTP_REQUIRED");
  });

  it("answers 404 for nobody, and leaves everybody else signed in", async () => {
    const { accessToken } = await server.signIn();
    expect((await ask("POST", "/01890000-0000-7000-8000-000000000000/reset-password")).status).toBe(404);
    expect((await me(accessToken)).status).toBe(200);
  });
});

describe("deleting a user", () => {
  it("takes contacts, mail and sessions along, and keeps the audit log with the name", async () => {
    const { user, accessToken } = await server.signIn({ username: "leaver" });
    await createMailAccount(server.database.db, user);
    await query(
      "INSERT INTO mail_syncs (organization_id, mail_account_id) SELECT organization_id, id FROM mail_accounts",
    );
    await server.json("PATCH", "/api/auth/me", { token: accessToken, body: { firstName: "Left" } });
    const added = await server.json("POST", "/api/contacts", { token: accessToken, body: { email: "a@b.test" } });
    expect(added.status).toBe(201);

    const { status, body } = await ask("DELETE", `/${user.id}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { data: { id: user.id } } });
    expect((await me(accessToken)).status).toBe(401);
    expect((await ask("GET", `/${user.id}`)).status).toBe(404);
    expect((await ask("DELETE", `/${user.id}`)).status).toBe(404);
    for (const table of ["sessions", "contacts", "mail_accounts", "events", "idempotency_keys"]) {
      expect(await query(`SELECT FROM ${table} WHERE user_id = $1`, user.id), table).toEqual([]);
    }
    const left = await query("SELECT action, username FROM audit_logs WHERE user_id = $1 ORDER BY created_at", user.id);
    expect(left).toEqual(
      ["auth.login", "user.update", "contact.add"].map((action) => ({ action, username: "leaver" })),
    );
    expect(await audited("user.delete", user.id)).toMatchObject([
      { username: "Boss", oldValue: { username: "leaver", firstName: "Left" }, newValue: null, success: true },
      { success: false },
    ]);
  });

  it("takes every row that names the user, whatever table it is in", async () => {
    const { user } = await server.signIn();
    const tables = await query(
      `SELECT table_name AS name FROM information_schema.columns
       WHERE column_name = 'user_id' AND table_schema = 'public' AND table_name <> 'audit_logs'`,
    );
    expect(tables.length).toBeGreaterThan(10);
    await ask("DELETE", `/${user.id}`);
    for (const { name } of tables) {
      const rows = await query(`SELECT FROM "${name}" WHERE user_id = $1`, user.id);
      expect(rows, name).toEqual([]);
    }
  });

  it("lets an admin go while another stays, once and not twice for one idempotency key", async () => {
    const { user, accessToken } = await server.signIn({ role: "admin" });
    const headers = { "idempotency-key": "goodbye" };
    const options = { token: accessToken, headers };
    const answer = await server.json("DELETE", `/api/admin/users/${user.id}`, options);
    expect(answer).toMatchObject({ status: 200, body: { data: { id: user.id } } });
    expect((await server.json("DELETE", `/api/admin/users/${user.id}`, options)).status).toBe(401);
    expect((await ask("DELETE", `/${admin.user.id}`)).body.code).toBe("LAST_ADMIN");
  });

  it("frees the name for somebody new, who finds nothing of the old one's", async () => {
    const first = await server.signIn({ username: "again", email: "again@x.test" });
    await ask("DELETE", `/${first.user.id}`);
    const { status, body } = await ask("POST", "", { username: "Again", email: "again@x.test" });
    expect(status).toBe(201);
    expect(body.data.user.id).not.toBe(first.user.id);
    expect((await me(first.accessToken)).status).toBe(401);
  });
});

describe("creating a user with a mailbox", () => {
  it("links it straight away, proved at the mail server", async () => {
    mail.addAccount("eva@house.test", "secret");
    const input = { username: "eva", email: "eva@house.test", emailPassword: "wrong" };
    expect((await ask("POST", "", input)).body.code).toBe("MAILBOX_AUTH_FAILED");
    const { status, body } = await ask("POST", "", { ...input, emailPassword: "secret", role: "admin" });
    expect(status).toBe(201);
    expect(body.data.user).toMatchObject({
      emailSetup: true,
      emailVerified: true,
      role: "admin",
      changedPassword: false,
    });
    const signedIn = await login("eva", body.data.user.tempPassword);
    expect(signedIn.body.data).toMatchObject({ needsPasswordChange: true, needsEmailSetup: false });
    const taken = await ask("POST", "", { username: "eva2", email: "EVA@house.test", emailPassword: "secret" });
    expect(taken).toMatchObject({ status: 409, body: { code: "EMAIL_TAKEN" } });
    expect((await ask("POST", "", { username: "EVA" })).body.code).toBe("USERNAME_TAKEN");
    await ask("DELETE", `/${body.data.user.id}`);
  });
});
