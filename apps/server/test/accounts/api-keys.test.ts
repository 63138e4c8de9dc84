import { createContact, createOrganization, createUser } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(
    {},
    { rateLimits: { windowMs: 60_000, maxRequests: 1e6, loginMax: 1e6, sensitiveMax: 1e6 } },
  );
});
afterAll(() => server.stop());

const query = async (text: string, ...values: unknown[]) => (await server.database.pool.query(text, values)).rows;
const create = (token: string, body: object) => server.json("POST", "/api/auth/api-keys", { token, body });
const list = async (token: string) => (await server.json("GET", "/api/auth/api-keys", { token })).body.data;
const get = (path: string, token: string) => server.json("GET", path, { token });

async function withKey(scopes: string[], fields: Parameters<TestServer["signIn"]>[0] = {}) {
  const { user, accessToken: token } = await server.signIn(fields);
  const created = await create(token, { name: "a script", scopes });
  expect(created.status).toBe(201);
  return { user, token, key: created.body.data.key as string, apiKey: created.body.data.apiKey };
}

describe("an API key", () => {
  it("is shown once, listed by its beginning, and stored as a hash", async () => {
    const { token, key, apiKey } = await withKey(["contacts:read", "emails:read"]);
    expect(key).toMatch(/^crm_[A-Za-z0-9_-]{65}$/);
    expect(apiKey).toEqual({
      id: expect.any(String),
      name: "a script",
      prefix: key.slice(0, 12),
      scopes: ["contacts:read", "emails:read"],
      expiresAt: null,
      lastUsedAt: null,
      createdAt: expect.stringMatching(/Z$/),
    });
    expect(await list(token)).toEqual([apiKey]);
    const [row] = await query(
      "SELECT (SELECT json_agg(k)::text FROM api_keys k) || (SELECT json_agg(a)::text FROM audit_logs a) AS all",
    );
    expect(row.all).toContain(apiKey.id);
    expect(row.all).not.toContain(key.slice(12, 40));
  });

  it("acts as its owner, over REST and tRPC", async () => {
    const { user, key } = await withKey(["contacts:read"]);
    const contact = await createContact(server.database.db, user, { email: "known@mail.example" });
    expect((await get("/api/contacts", key)).body.data).toMatchObject([{ id: contact.id }]);
    const overTrpc = await get("/trpc/contacts.list?input=%7B%22json%22%3A%7B%7D%7D", key);
    expect(overTrpc.body.result.data.json.items).toHaveLength(1);
    const { key: strangers } = await withKey(["contacts:read"]);
    expect((await get(`/api/contacts/${contact.id}`, strangers)).status).toBe(404);
  });

  it("does what its scopes say and nothing else", async () => {
    const asks: [scope: string, method: string, path: string, body?: object][] = [
      ["contacts:read", "GET", "/api/contacts"],
      ["contacts:write", "POST", "/api/contacts", { email: "new@mail.example" }],
      ["emails:read", "GET", "/api/emails"],
      ["emails:write", "POST", "/api/emails/thread/T1/read", { isRead: true }],
      ["admin", "GET", "/api/admin/users"],
    ];
    for (const [scope] of asks) {
      const { key } = await withKey([scope], { role: "admin" });
      for (const [needed, method, path, body] of asks) {
        const { status, body: answer } = await server.json(method, path, { token: key, ...(body && { body }) });
        if (needed === scope) expect(status, `${scope} at ${path}`).not.toBe(403);
        else expect([status, answer.code], `${scope} at ${path}`).toEqual([403, "FORBIDDEN"]);
      }
    }
  });

  it("cannot touch sign-in, sessions or keys, whatever its scopes", async () => {
    const { key, apiKey } = await withKey(["contacts:read", "contacts:write", "emails:read", "emails:write", "admin"], {
      role: "admin",
    });
    const { paths } = (await server.json("GET", "/api/openapi.json")).body;
    const asks = Object.entries(paths as Record<string, Record<string, { security: object[] }>>).flatMap(
      ([path, operations]) =>
        path.startsWith("/api/auth/") || path.startsWith("/api/users/")
          ? Object.entries(operations)
              .filter(([, { security }]) => security.length > 0)
              .map(([method]) => [method.toUpperCase(), path] as const)
          : [],
    );
    expect(asks.length).toBeGreaterThan(18);
    for (const [method, path] of asks) {
      const { status, body } = await server.json(method, path.replace("{id}", apiKey.id), { token: key });
      // Before the body is looked at, whether it is missing or wrong.
      if (path !== "/api/auth/me/avatar" || method !== "PUT")
        expect([status, body.code], `${method} ${path}`).toEqual([403, "FORBIDDEN"]);
    }
    const headers = { "content-type": "image/png" };
    const upload = await server.json("PUT", "/api/auth/me/avatar", { token: key, headers, body: "not a picture" });
    expect(upload.body.code).toBe("FORBIDDEN");
  });

  it("never may more than its owner", async () => {
    const { accessToken: token } = await server.signIn();
    const refused = await create(token, { name: "too much", scopes: ["contacts:read", "admin"] });
    expect([refused.status, refused.body.code]).toEqual([403, "FORBIDDEN"]);
    const { user, key } = await withKey(["admin"], { role: "admin" });
    expect((await get("/api/admin/users", key)).status).toBe(200);
    await query("UPDATE users SET role = 'member' WHERE id = $1", user.id);
    expect((await get("/api/admin/users", key)).status).toBe(403);
  });

  it("waits while its owner has a temporary password, and goes with its owner", async () => {
    const { user, key } = await withKey(["contacts:read"]);
    await query("UPDATE users SET temporary_password_until = now() + interval '1 hour' WHERE id = $1", user.id);
    expect((await get("/api/contacts", key)).body.code).toBe("PASSWORD_CHANGE_REQUIRED");
    await query("DELETE FROM users WHERE id = $1", user.id);
    expect((await get("/api/contacts", key)).status).toBe(401);
  });

  it("ends by its date or by being revoked, at the next request", async () => {
    const { accessToken: token } = await server.signIn();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { key, apiKey } = (await create(token, { name: "for an hour", scopes: ["contacts:read"], expiresAt })).body
      .data;
    expect(apiKey.expiresAt).toBe(expiresAt);
    expect((await get("/api/contacts", key)).status).toBe(200);
    await query("UPDATE api_keys SET expires_at = now() WHERE id = $1", apiKey.id);
    expect((await get("/api/contacts", key)).status).toBe(401);
    expect(await list(token)).toHaveLength(1);

    await query("UPDATE api_keys SET expires_at = NULL WHERE id = $1", apiKey.id);
    const revoked = await server.json("DELETE", `/api/auth/api-keys/${apiKey.id}`, { token });
    expect(revoked.body).toEqual({ success: true, data: { id: apiKey.id } });
    expect((await get("/api/contacts", key)).status).toBe(401);
    expect((await server.json("DELETE", `/api/auth/api-keys/${apiKey.id}`, { token })).status).toBe(404);
    const acts = await query("SELECT action FROM audit_logs WHERE resource_id = $1 AND success ORDER BY id", apiKey.id);
    expect(acts.map(({ action }) => action)).toEqual(["api_key.create", "api_key.revoke"]);
  });

  it("is its owner's to see and to revoke", async () => {
    const { apiKey, key } = await withKey(["contacts:read"]);
    const { accessToken: stranger } = await server.signIn({ role: "admin" });
    expect(await list(stranger)).toEqual([]);
    expect((await server.json("DELETE", `/api/auth/api-keys/${apiKey.id}`, { token: stranger })).status).toBe(404);
    expect((await get("/api/contacts", key)).status).toBe(200);
  });

  it("carries its tenant: under another one's id it is unknown", async () => {
    const { key } = await withKey(["contacts:read"]);
    const other = await createOrganization(server.database.db);
    await createUser(server.database.db, other);
    const tenant = Buffer.from(other.id.replaceAll("-", ""), "hex").toString("base64url");
    expect((await get("/api/contacts", key.slice(0, 47) + tenant)).status).toBe(401);
    for (const wrong of ["crm_", `${key}x`, key.slice(0, -1), key.replace("crm_", "CRM_"), `crm_${"A".repeat(65)}`]) {
      expect((await get("/api/contacts", wrong)).status, wrong).toBe(401);
    }
  });

  it("tells when it was used last, to the minute", async () => {
    const { token, key, apiKey } = await withKey(["contacts:read"]);
    await get("/api/contacts", key);
    const [{ lastUsedAt: first }] = await list(token);
    expect(Math.abs(Date.now() - Date.parse(first))).toBeLessThan(60_000);
    await get("/api/contacts", key);
    expect((await list(token))[0].lastUsedAt).toBe(first);
    const [{ before }] = await query(
      "UPDATE api_keys SET last_used_at = now() - interval '61 seconds' WHERE id = $1 RETURNING last_used_at AS before",
      apiKey.id,
    );
    await get("/api/contacts", key);
    expect(Date.parse((await list(token))[0].lastUsedAt)).toBeGreaterThan(before.getTime());
  });

  it("is made of what makes sense, a hundred at most", async () => {
    const { user, accessToken: token } = await server.signIn();
    for (const wrong of [
      { name: "", scopes: ["contacts:read"] },
      { name: "two\nlines", scopes: ["contacts:read"] },
      { name: "no scope", scopes: [] },
      { name: "unknown scope", scopes: ["everything"] },
      { name: "twice", scopes: ["emails:read", "emails:read"] },
      { name: "past", scopes: ["emails:read"], expiresAt: new Date(Date.now() - 1000).toISOString() },
      { name: "somebody else's", scopes: ["emails:read"], userId: user.id },
    ]) {
      expect((await create(token, wrong)).body.code, wrong.name).toBe("VALIDATION_ERROR");
    }
    await query(
      `INSERT INTO api_keys (organization_id, id, user_id, name, prefix, key_hash, scopes)
       SELECT $1, gen_random_uuid(), $2, 'k', 'crm_', sha256(n::text::bytea), '{emails:read}' FROM generate_series(1, 98) n`,
      user.organizationId,
      user.id,
    );
    const last = await Promise.all(
      ["a", "b", "c", "d"].map((name) => create(token, { name, scopes: ["emails:read"] })),
    );
    expect(last.map(({ status }) => status).sort()).toEqual([201, 201, 422, 422]);
    expect(await list(token)).toHaveLength(100);
  });
});
