import { createCrmClient } from "@crm/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
let token: string;
let refreshToken: string;
beforeAll(async () => {
  server = await startTestServer();
  ({ accessToken: token, refreshToken } = await server.signIn());
});
afterAll(() => server.stop());

async function post(
  query: string,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  const response = await server.fetch(`/api/contacts/import${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": type, ...headers },
    body,
  });
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}
const get = (path: string, init: RequestInit = {}) =>
  server.fetch(`/api/contacts/export${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
const client = () => {
  const tokens = { accessToken: token, refreshToken, expiresIn: 3600 };
  return createCrmClient({ baseUrl: server.url, tokens: { get: () => tokens, set: () => {}, clear: () => {} } });
};

describe("importing contacts", () => {
  it("takes the file as the body, its type from the header and whether to write from the query", async () => {
    const file = "email,name,notes,tags\r\nrest@x.test,Žofia,,a;b\r\nnonsense\r\n";
    const errors = [{ row: 2, field: "email", message: expect.any(String) }];
    const report = { created: 1, updated: 0, unchanged: 0, errors };
    const dry = await post("?dryRun=true", "text/csv", file);
    expect([dry.status, dry.body]).toEqual([200, { success: true, data: report }]);
    expect((await post("", "text/csv; charset=UTF-8", `\ufeff${file}`)).body.data).toEqual(report);
    expect((await post("?dryRun=false", "TEXT/CSV", file)).body.data).toEqual({ ...report, created: 0, unchanged: 1 });
    const vcard = "BEGIN:VCARD\nVERSION:3.0\nFN:Ján\nEMAIL:jan@x.test\nEND:VCARD\n";
    expect((await post("", "text/vcard", vcard)).body.data).toEqual({ ...report, errors: [] });
  });

  it("reads another charset that the header names, and refuses what is not in it", async () => {
    const rows = Buffer.concat([Buffer.from("email,name\nlatin@x.test,"), Buffer.from([0x9e, 0x6c, 0x74, 0x9d])]);
    expect((await post("", "text/csv", new Uint8Array(rows))).body).toMatchObject({
      code: "VALIDATION_ERROR",
      error: expect.stringContaining("utf-8"),
    });
    expect((await post("", "text/csv; charset=windows-1250", new Uint8Array(rows))).status).toBe(200);
    const { body } = await server.json("GET", "/api/contacts?search=latin@", { token });
    expect(body.data[0].name).toBe("žltť");
    expect((await post("", "text/csv; charset=nonsense", "email\n")).status).toBe(415);
  });

  it.each([
    ["another type", "", "application/json", "{}", 415],
    ["compressed", "", "text/csv", "email\n", 415],
    ["nothing", "", "text/csv", "", 400],
    ["no header row", "", "text/csv", "a,b\n", 400],
    ["an unknown field", "?x=1", "text/csv", "email\n", 400],
    ["the file in the query", "?file=email", "text/csv", "email\n", 400],
    ["the type in the query", "?type=text/vcard", "text/csv", "email\n", 400],
    ["no boolean", "?dryRun=maybe", "text/csv", "email\n", 400],
  ])("refuses %s", async (what, query, type, body, status) => {
    const headers: Record<string, string> = what === "compressed" ? { "content-encoding": "gzip" } : {};
    expect((await post(query, type, body, headers)).status).toBe(status);
  });

  it("takes 10 MiB and no more", async () => {
    const row = `,${"x".repeat(60_000)}\n`;
    const header = "email,x\nlarge@x.test\n";
    const rest = 10 * 1_048_576 - header.length;
    const full = header + row.repeat(rest / row.length) + ",".repeat(rest % row.length);
    expect((await post("", "text/csv", full)).body.data).toMatchObject({ created: 1 });
    expect((await post("", "text/csv", `${full}\n`)).status).toBe(413);
    expect((await client().contacts.import({ file: full, type: "text/csv" })).unchanged).toBe(1);
  });

  it("answers an idempotency key as the first time", async () => {
    const headers = { "idempotency-key": "import-once" };
    const first = await post("", "text/csv", "email\nonce@x.test\n", headers);
    const again = await post("", "text/csv", "email\nonce@x.test\n", headers);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotent-replay")).toBe("true");
    expect((await post("?dryRun=true", "text/csv", "email\nonce@x.test\n", headers)).body.code).toBe(
      "IDEMPOTENCY_KEY_REUSED",
    );
  });
});

describe("exporting contacts", () => {
  it("gives a file to save, and the same text over tRPC and the SDK", async () => {
    const csv = await get("?format=csv");
    expect(Object.fromEntries(csv.headers)).toMatchObject({
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="contacts.csv"',
      "x-content-type-options": "nosniff",
    });
    const text = await csv.text();
    expect(text).toMatch(/^email,name,notes,tags\r\nrest@x\.test,Žofia,,a;b\r\n/);
    expect(await client().contacts.export({ format: "csv" })).toBe(text);
    const vcard = await get("?format=vcard");
    expect(vcard.headers.get("content-type")).toBe("text/vcard; charset=utf-8");
    expect(await vcard.text()).toBe(await client().contacts.export({ format: "vcard" }));
    expect((await post("", "text/csv", text)).body.data).toMatchObject({ created: 0, updated: 0, errors: [] });
  });

  it("answers HEAD with the headers alone, another format or method with why not, nobody with nothing", async () => {
    const head = await get("", { method: "HEAD" });
    expect([head.status, head.headers.get("content-type"), await head.text()]).toEqual([
      200,
      "text/csv; charset=utf-8",
      "",
    ]);
    expect((await get("?format=xlsx")).status).toBe(400);
    expect((await get("", { method: "PUT" })).status).toBe(405);
    expect((await server.fetch("/api/contacts/export")).status).toBe(401);
  });

  it("streams more than the memory of one answer, which tRPC refuses with the way to it", async () => {
    await server.database.pool.query(
      `INSERT INTO contacts (organization_id, user_id, id, email, notes)
       SELECT organization_id, user_id, gen_random_uuid(), 'big' || n || '@x.test', repeat('x', 9000)
       FROM (SELECT organization_id, user_id FROM contacts LIMIT 1) owner, generate_series(1, 1200) n`,
    );
    expect((await (await get("")).text()).length).toBeGreaterThan(10 * 1_048_576);
    await expect(client().contacts.export({})).rejects.toMatchObject({
      code: "UNPROCESSABLE",
      message: expect.stringContaining("/api/contacts/export"),
    });
  });
});
