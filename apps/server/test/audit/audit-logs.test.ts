import { get } from "node:http";
import { createOrganization, createUser } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
let admin: Awaited<ReturnType<TestServer["signIn"]>>;
beforeAll(async () => {
  server = await startTestServer(
    {},
    { rateLimits: { windowMs: 60_000, maxRequests: 1e6, loginMax: 5, sensitiveMax: 5 } },
  );
  admin = await server.signIn({ role: "admin" });
});
afterAll(() => server.stop());

interface Entry {
  id: string;
  action: string;
  username: string | null;
  resourceId: string | null;
  success: boolean;
  createdAt: string;
  newValue: unknown;
}

const list = async (query: Record<string, string | number> = {}) => {
  const parameters = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const { status, body } = await server.json("GET", `/api/admin/audit-logs?${parameters}`, {
    token: admin.accessToken,
  });
  return { status, items: body.data as Entry[], nextCursor: body.meta?.nextCursor as string | null, body };
};
const csv = (query = "", headers: Record<string, string> = {}) =>
  server.fetch(`/api/admin/audit-logs${query}`, {
    headers: { authorization: `Bearer ${admin.accessToken}`, accept: "text/csv", ...headers },
  });

/** Rows as they would be if there had been so many acts, one a second, the last one a day ago. */
const insertRows = (count: number, action: string, organizationId = server.organization.id) =>
  server.database.pool.query(
    `INSERT INTO audit_logs (organization_id, id, action, resource, resource_id, success, new_value, created_at)
     SELECT $1, gen_random_uuid(), $3, 'contact', 'r' || n % 10, n % 50 <> 0,
            jsonb_build_object('name', 'Zdeněk ' || n, 'notes', repeat('x', 200)),
            date_trunc('milliseconds', now()) - interval '1 day' - n * interval '1 second'
     FROM generate_series(1, $2::int) AS n`,
    [organizationId, count, action],
  );

describe("the list of the audit log", () => {
  it("shows what has just been done, newest first, and to admins alone", async () => {
    const member = await server.signIn();
    await server.json("PATCH", "/api/auth/me", { token: member.accessToken, body: { firstName: "Jan" } });
    const { items } = await list({ limit: 2 });
    expect(items.map(({ action, username }) => [action, username])).toEqual([
      ["user.update", member.user.username],
      ["auth.login", member.user.username],
    ]);
    expect(items[0]).toMatchObject({
      userId: member.user.id,
      resource: "user",
      resourceId: member.user.id,
      oldValue: { firstName: null },
      newValue: { firstName: "Jan" },
      ipAddress: "127.0.0.1",
      success: true,
      errorMessage: null,
    });
    for (const path of ["/api/admin/audit-logs", "/api/admin/audit-logs/verify"]) {
      expect((await server.json("GET", path, { token: member.accessToken })).status).toBe(403);
      expect((await server.json("GET", path)).status).toBe(401);
      expect((await server.json("GET", path, { headers: { accept: "text/csv" } })).status).toBe(401);
    }
    const asMember = { authorization: `Bearer ${member.accessToken}` };
    expect((await csv("", asMember)).status).toBe(403);
  });

  it("pages through everything once, while new entries come", async () => {
    await insertRows(250, "test.paged");
    const seen: Entry[] = [];
    let cursor: string | null = "";
    for (let pages = 0; cursor !== null && pages < 20; pages++) {
      const page = await list({ action: "test.paged", limit: 40, ...(cursor && { cursor }) });
      seen.push(...page.items);
      cursor = page.nextCursor;
      await server.json("PATCH", "/api/auth/me", { token: admin.accessToken, body: { firstName: `${pages}` } });
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(250);
    expect(seen).toHaveLength(250);
    expect(seen.map(({ createdAt }) => createdAt)).toEqual(
      seen
        .map(({ createdAt }) => createdAt)
        .sort()
        .reverse(),
    );
  });

  it("filters by each field, and by all of them at once", async () => {
    await insertRows(100, "test.filtered");
    const only = async (query: Record<string, string | number>) =>
      (await list({ action: "test.filtered", limit: 100, ...query })).items;
    const all = await only({});
    expect(all).toHaveLength(100);
    expect(await only({ resourceId: "r7", resource: "contact" })).toHaveLength(10);
    expect(await only({ resource: "user" })).toEqual([]);
    expect(await only({ success: "false" })).toHaveLength(2);
    expect(await only({ success: "true" })).toHaveLength(98);
    const [from, to] = [all[19]?.createdAt ?? "", all[10]?.createdAt ?? ""];
    expect(await only({ from, to })).toEqual(all.slice(10, 20));
    expect(await only({ userId: admin.user.id })).toEqual([]);
    expect(await only({ search: "ZDENEK 4" })).toHaveLength(11);
    expect(await only({ search: "%" })).toEqual([]);
    expect(
      await only({ search: "zdenek 40", success: "true", resourceId: "r0", from, to: all[0]?.createdAt ?? "" }),
    ).toEqual([]);
    expect((await list({ userId: admin.user.id, action: "auth.login" })).items).toHaveLength(1);
    expect((await list({ unknown: 1 })).status).toBe(400);
    expect((await list({ from: "yesterday" })).status).toBe(400);
    expect((await list({ cursor: "bm9uc2Vuc2U" })).status).toBe(400);
  });

  it("holds nothing of another organization", async () => {
    const other = await createOrganization(server.database.db);
    await createUser(server.database.db, other);
    await insertRows(3, "test.elsewhere", other.id);
    expect((await list({ action: "test.elsewhere" })).items).toEqual([]);
    expect(await (await csv("?action=test.elsewhere")).text()).toMatch(/^[^\r]*\r\n$/);
  });

  it.each([
    ["nothing", {}],
    ["an action", { action: "test.planned" }],
    ["a resource", { resource: "contact", resourceId: "r3" }],
    ["a user", { userId: "01900000-0000-7000-8000-000000000000" }],
    ["failures", { success: "false" }],
    ["a rare word", { search: "zdenek 19999" }],
  ])("reads a page of a long log by an index, filtered by %s", async (_, query) => {
    if ((await list({ action: "test.planned", limit: 1 })).items.length === 0) {
      await insertRows(20_000, "test.planned");
      await list();
      await server.database.pool.query("VACUUM ANALYZE audit_logs");
    }
    const before = await sequentialReads();
    await list({ ...query, limit: 50 });
    expect(await sequentialReads()).toBe(before);
    await server.database.pool.query("SELECT count(user_agent) FROM audit_logs");
    expect(await sequentialReads()).toBeGreaterThan(before);
  });
});

/** Rows of the log that were read without an index. */
async function sequentialReads(): Promise<number> {
  const { pool } = server.database;
  // Each connection keeps its statistics to itself for a while: all ten of the pool are asked for theirs, at once.
  const flush = "SELECT pg_stat_force_next_flush() FROM pg_sleep(0.05)";
  await Promise.all(Array.from({ length: 10 }, () => pool.query(flush)));
  const { rows } = await pool.query(
    "SELECT seq_tup_read::int AS read FROM pg_stat_user_tables WHERE relname = 'audit_logs'",
  );
  return rows[0].read;
}

describe("the audit log as CSV", () => {
  it("is streamed whole, with a header row, quoted where need be", async () => {
    await insertRows(2_345, "test.exported");
    const response = await csv("?action=test.exported&limit=10");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="audit-logs.csv"');
    const lines = (await response.text()).split("\r\n");
    expect(lines).toHaveLength(2_345 + 2);
    expect(lines[0]).toBe(
      "createdAt,userId,username,action,resource,resourceId,success,errorMessage,oldValue,newValue,ipAddress,userAgent,id",
    );
    expect(lines[1]).toMatch(
      /^[\d:.TZ-]+,,,test\.exported,contact,r1,true,,,"\{""name"":""Zdeněk 1"",""notes"":""x+""\}",,,[0-9a-f-]{36}$/,
    );
    expect(new Set(lines.slice(1, -1).map((line) => line.slice(-36))).size).toBe(2_345);
  });

  it("lets no cell be taken for a formula", async () => {
    const formulas = ['=HYPERLINK("http://evil.example")', "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"];
    for (const formula of formulas) {
      await server.database.pool.query(
        `INSERT INTO audit_logs (organization_id, id, username, action, resource, user_agent, success)
         VALUES ($1, gen_random_uuid(), $2, 'test.formula', 'user', $2, true)`,
        [server.organization.id, formula],
      );
    }
    const cells = [...(await (await csv("?action=test.formula")).text()).matchAll(/Z,,("(?:[^"]|"")*"|[^,]*),test/g)];
    const texts = cells.map(([, cell = ""]) => cell.replace(/^"(.*)"$/s, "$1").replaceAll('""', '"'));
    expect(texts.sort()).toEqual(formulas.map((formula) => `'${formula}`).sort());
  });

  it("waits for a slow reader instead of piling up", async () => {
    await insertRows(30_000, "test.huge");
    await list();
    const memory = () => process.memoryUsage().heapUsed + process.memoryUsage().external;
    const url = new URL(`${server.url}/api/admin/audit-logs?action=test.huge`);
    const headers = { authorization: `Bearer ${admin.accessToken}`, accept: "text/csv" };
    const start = memory();
    let peak = 0;
    let bytes = 0;
    await new Promise<void>((resolve, reject) => {
      get(url, { headers, highWaterMark: 16_384 } as never, (response) => {
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          peak = Math.max(peak, memory() - start);
          response.pause();
          setImmediate(() => response.resume());
        });
        response.on("end", resolve);
        response.on("error", reject);
      }).on("error", reject);
    });
    expect(bytes).toBeGreaterThan(9_000_000);
    // Garbage of the pages included; the whole would be several times that.
    expect(peak).toBeLessThan(60_000_000);
  });
});
