import { createContact, createOrganization, createUser, TEST_PASSWORD } from "@crm/db/testing";
import { type DemoMailServer, startDemoMail } from "@crm/demo-mail";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
let mail: DemoMailServer;
/** Two organizations with the same people in them: the same names, the same addresses, the same mailbox. */
let here: Tenant;
let there: Tenant;

interface Tenant {
  id: string;
  slug: string;
  admin: { id: string; token: string };
  member: { id: string; token: string };
}

beforeAll(async () => {
  mail = await startDemoMail({ accounts: [{ username: "jana@house.test", password: "secret" }], seed: "sample" });
  server = await startTestServer({}, { mailServers: { sessionUrl: mail.sessionUrl } });
  here = await populate("here");
  there = await populate("there");
}, 60_000);
afterAll(async () => {
  await server.stop();
  await mail.close();
});

async function populate(slug: string): Promise<Tenant> {
  const organization = await createOrganization(server.database.db, { slug });
  const enter = async (fields: Parameters<typeof createUser>[2]) => {
    const user = await createUser(server.database.db, organization, fields);
    const { body } = await login(slug, user.username);
    return { id: user.id, token: body.data.tokens.accessToken };
  };
  return {
    id: organization.id,
    slug,
    admin: await enter({ username: "boss", email: "boss@house.test", role: "admin" }),
    member: await enter({ username: "jana" }),
  };
}

const login = (organization: string, username: string, password = TEST_PASSWORD) =>
  server.json("POST", "/api/auth/login", { body: { organization, username, password } });
const ask = (token: string, method: string, path: string, body?: unknown) => server.json(method, path, { token, body });

describe("two organizations", () => {
  it("sign in by organization; without one, the default is meant", async () => {
    const [one, other] = await Promise.all([login("here", "jana"), login("there", "jana")]);
    expect(one.body.data.user.id).toBe(here.member.id);
    expect(other.body.data.user.id).toBe(there.member.id);
    expect(
      (await server.json("POST", "/api/auth/login", { body: { username: "jana", password: TEST_PASSWORD } })).body.code,
    ).toBe("INVALID_CREDENTIALS");
    expect((await login("nowhere", "jana")).body.code).toBe("INVALID_CREDENTIALS");
    expect((await login("HERE", "jana")).status).toBe(400);
  });

  it("have the same usernames, addresses and even mailboxes without being in each other's way", async () => {
    for (const { admin, member } of [here, there]) {
      const created = await ask(admin.token, "POST", "/api/admin/users", {
        username: "karl",
        email: "karl@house.test",
      });
      expect(created.status).toBe(201);
      const input = { email: "jana@house.test", emailPassword: "secret" };
      expect((await ask(member.token, "POST", "/api/auth/link-email", input)).status).toBe(200);
    }
    const { rows } = await server.database.pool.query("SELECT DISTINCT organization_id FROM mail_accounts");
    expect(rows).toHaveLength(2);
  });

  it("list their own people and log alone", async () => {
    const users = await ask(here.admin.token, "GET", "/api/admin/users");
    const ids = users.body.data.map(({ id }: { id: string }) => id);
    expect(ids).toContain(here.member.id);
    expect(ids).not.toContain(there.member.id);
    const { body } = await ask(here.admin.token, "GET", "/api/admin/audit-logs?limit=100");
    const actors = new Set(body.data.map(({ userId }: { userId: string }) => userId));
    expect(actors.has(here.admin.id)).toBe(true);
    expect(actors.has(there.admin.id)).toBe(false);
    const byTheirs = await ask(here.admin.token, "GET", `/api/admin/audit-logs?userId=${there.admin.id}`);
    expect(byTheirs.body.data).toEqual([]);
  });

  it("an admin of one finds nobody of the other", async () => {
    const { token } = here.admin;
    const path = `/api/admin/users/${there.member.id}`;
    expect((await ask(token, "GET", path)).status).toBe(404);
    expect((await ask(token, "PATCH", `${path}/role`, { role: "admin" })).status).toBe(404);
    expect((await ask(token, "POST", `${path}/reset-password`)).status).toBe(404);
    expect((await ask(token, "DELETE", path)).status).toBe(404);
    expect((await ask(there.member.token, "GET", "/api/auth/me")).status).toBe(200);
  });

  it("a contact of one is nowhere in the other, whatever its id", async () => {
    const owner = { organizationId: there.id, id: there.member.id };
    const contact = await createContact(server.database.db, owner, { email: "friend@x.test", name: "Friend" });
    const path = `/api/contacts/${contact.id}`;
    for (const { token } of [here.member, here.admin, there.admin]) {
      expect((await ask(token, "GET", path)).status).toBe(404);
      expect((await ask(token, "PATCH", path, { name: "Mine" })).status).toBe(404);
      expect((await ask(token, "DELETE", path)).status).toBe(404);
      expect((await ask(token, "GET", `/api/emails/contact/${contact.id}`)).status).toBe(404);
      expect((await ask(token, "GET", "/api/contacts?search=friend")).body.data).toEqual([]);
    }
    expect((await ask(there.member.token, "GET", path)).body.data.name).toBe("Friend");
  });

  it("the last admin of one stays, however many the other has", async () => {
    const path = `/api/admin/users/${here.admin.id}/role`;
    expect((await ask(here.admin.token, "PATCH", path, { role: "member" })).body.code).toBe("LAST_ADMIN");
  });

  it("a key that names one organization opens nothing in the other", async () => {
    const { body } = await ask(here.member.token, "POST", "/api/auth/api-keys", {
      name: "k",
      scopes: ["contacts:read"],
    });
    const key: string = body.data.key;
    expect((await ask(key, "GET", "/api/contacts")).status).toBe(200);
    const tenant = Buffer.from(there.id.replaceAll("-", ""), "hex").toString("base64url");
    expect((await ask(key.slice(0, -22) + tenant, "GET", "/api/contacts")).status).toBe(401);
  });
});
