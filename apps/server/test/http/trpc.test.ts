import superjson from "superjson";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PAGE_ORIGIN, startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  token = (await server.signIn()).accessToken;
});
afterAll(() => server.stop());

const mutate = (name: string, input: unknown, headers: Record<string, string> = {}) =>
  server.json("POST", `/trpc/${name}`, { token, headers, body: superjson.serialize(input) });
const query = (name: string, input: unknown) =>
  server.json("GET", `/trpc/${name}?input=${encodeURIComponent(superjson.stringify(input))}`, { token });
const dataOf = (body: { result: { data: never } }) => superjson.deserialize(body.result.data);

describe("procedures over tRPC", () => {
  it("answer in superjson's format, with the data that REST gives", async () => {
    const me = await query("auth.me", undefined);
    expect(dataOf(me.body)).toEqual((await server.json("GET", "/api/auth/me", { token })).body.data);
    const emails = await query("emails.list", { isRead: false });
    expect(dataOf(emails.body)).toEqual({ items: [], nextCursor: null });
  });

  it("give a list of contacts as REST does, alone and in a batch", async () => {
    for (const email of ["eva@x.test", "jan@x.test"]) {
      await mutate("contacts.add", { email, name: 'Žofia "Z"', notes: "čau\n", tags: ["vip"] });
    }
    for (const limit of [1, 2]) {
      const rest = (await server.json("GET", `/api/contacts?limit=${limit}`, { token })).body;
      const page = { items: rest.data, nextCursor: rest.meta.nextCursor };
      expect(rest.data).toHaveLength(limit);
      expect(dataOf((await query("contacts.list", { limit })).body)).toEqual(page);
      const input = encodeURIComponent(JSON.stringify({ 0: { json: { limit } } }));
      const batch = await server.json("GET", `/trpc/contacts.list?batch=1&input=${input}`, { token });
      expect(dataOf(batch.body[0])).toEqual(page);
    }
  });

  it("take undefined for absent, as superjson writes it", async () => {
    await mutate("auth.updateMe", { firstName: "Ján", lastName: "Horváth" });
    const { body } = await mutate("auth.updateMe", { firstName: undefined, lastName: null });
    expect(dataOf(body)).toMatchObject({ firstName: "Ján", lastName: null });
  });

  it("need no body where they take nothing, and refuse one", async () => {
    const { accessToken } = await server.signIn();
    const refused = await server.json("POST", "/trpc/auth.logout", {
      token: accessToken,
      body: { json: { all: true } },
    });
    expect(refused.body.error.json.data.reason).toBe("VALIDATION_ERROR");
    const out = await server.json("POST", "/trpc/auth.logout", { token: accessToken });
    expect(dataOf(out.body)).toEqual({ loggedOut: true });
    expect(out.headers.getSetCookie()).toHaveLength(2);
  });

  it("set the cookies too", async () => {
    const { user } = await server.signIn();
    const input = { username: user.username, password: "Correct-Horse-7", mode: "cookie" };
    const { body, headers } = await server.json("POST", "/trpc/auth.login", { body: { json: input } });
    expect(dataOf(body)).not.toHaveProperty("tokens");
    expect(headers.getSetCookie()).toHaveLength(2);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("vary")).toContain("Origin");
  });
});

describe("errors over tRPC", () => {
  it("carry our code, the details and the request id, and no stack", async () => {
    const { status, body, headers } = await query("emails.list", { limit: 1000, nonsense: 1 });
    expect(status).toBe(400);
    expect(body.error.json).toEqual({
      message: "The request is not valid.",
      code: -32600,
      data: {
        code: "BAD_REQUEST",
        httpStatus: 400,
        path: "emails.list",
        reason: "VALIDATION_ERROR",
        requestId: headers.get("x-request-id"),
        details: [
          { path: "limit", message: expect.any(String) },
          { path: "nonsense", message: "is not known here" },
        ],
      },
    });
  });

  it("have the status that REST gives", async () => {
    const anonymous = await server.json("GET", "/trpc/auth.me");
    expect([anonymous.status, anonymous.body.error.json.data.reason]).toEqual([401, "UNAUTHORIZED"]);
    const unknown = await server.json("GET", "/trpc/auth.nothing", { token });
    expect([unknown.status, unknown.body.error.json.message]).toEqual([404, "Not found."]);
    const forbidden = await query("admin.users.list", {});
    expect([forbidden.status, forbidden.body.error.json.data.reason]).toEqual([403, "FORBIDDEN"]);
    const wrongMethod = await server.json("GET", "/trpc/auth.skipEmail", { token });
    expect(wrongMethod.status).toBe(405);
  });
});

describe("what tRPC is not let to do", () => {
  it("runs no more than ten calls a request", async () => {
    const batch = (count: number) => {
      const names = Array(count).fill("auth.me").join(",");
      return server.json("GET", `/trpc/${names}?batch=1&input=%7B%7D`, { token });
    };
    expect((await batch(10)).body).toHaveLength(10);
    const eleven = await batch(11);
    expect([eleven.status, eleven.body.error.json.data.reason]).toEqual([400, "VALIDATION_ERROR"]);
    const hidden = Array(11).fill("auth.me").join("%2C");
    expect((await server.json("GET", `/trpc/${hidden}?batch=1&input=%7B%7D`, { token })).status).toBe(400);
  });

  it("takes no forms, files or plain text", async () => {
    const form = new FormData();
    form.set("firstName", "Eve");
    const bodies = [
      form,
      new URLSearchParams({ firstName: "Eve" }),
      new Blob(["{}"], { type: "application/octet-stream" }),
      "{}",
    ];
    for (const body of bodies) {
      const response = await server.fetch("/trpc/auth.updateMe", {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body,
      });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ error: { json: { data: { reason: "UNSUPPORTED_MEDIA_TYPE" } } } });
    }
  });

  it("refuses bodies over 1 MiB and nested beyond 32 levels, in the query too", async () => {
    const large = await server.json("POST", "/trpc/auth.updateMe", { token, body: { json: "x".repeat(1_048_576) } });
    expect([large.status, large.body.error.json.data.reason]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    const deep = `{"json":${"[".repeat(40)}${"]".repeat(40)}}`;
    expect((await server.json("POST", "/trpc/auth.updateMe", { token, body: deep })).status).toBe(400);
    expect((await server.json("GET", `/trpc/emails.list?input=${deep}`, { token })).status).toBe(400);
  });

  it("revives nothing a client describes", async () => {
    for (const type of ["regexp", "Date", "set", "map", "bigint", "URL", "Error", ["class", "User"], ["symbol", "x"]]) {
      const body = { json: { firstName: "/(a+)+$/" }, meta: { values: { firstName: [type] } } };
      const answer = await server.json("POST", "/trpc/auth.updateMe", { token, body });
      expect([answer.status, answer.body.error?.json.data.reason], String(type)).toEqual([400, "VALIDATION_ERROR"]);
    }
  });

  it("lets nobody reach the prototypes of objects", async () => {
    const bodies = [
      '{"json":{"__proto__":{"role":"admin","polluted":true}}}',
      '{"json":{"constructor":{"prototype":{"polluted":true}}}}',
      '{"json":{"firstName":"x"},"meta":{"values":{"__proto__.polluted":["set"]}}}',
      '{"json":{"firstName":"x"},"meta":{"referentialEqualities":{"firstName":["__proto__.polluted","constructor.prototype.polluted"]}}}',
      '{"__proto__":{"json":{"firstName":"x"}},"json":{"prototype":{"polluted":true}}}',
    ];
    for (const body of bodies) {
      const answer = await server.json("POST", "/trpc/auth.updateMe", { token, body });
      expect([answer.status, answer.body.result?.data.json.role ?? "member"], body).toEqual([
        answer.status === 200 ? 200 : 400,
        "member",
      ]);
    }
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect((await query("auth.me", undefined)).body.result.data.json.role).toBe("member");
  });

  it("refuses twenty thousand arrays in one another, alone and in a batch", async () => {
    const nested = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    for (const [path, body] of [
      ["/trpc/auth.updateMe", `{"json":${nested}}`],
      ["/trpc/auth.updateMe,auth.updateMe?batch=1", `{"0":{"json":${nested}},"1":{"json":{}}}`],
    ] as const) {
      const answer = await server.json("POST", path, { token, body });
      expect([answer.status, answer.body.error.json.data.reason], path).toEqual([400, "VALIDATION_ERROR"]);
    }
  });

  it("lets a cookie write from allowed pages alone", async () => {
    const from = async (headers: Record<string, string>) =>
      (
        await server.json("POST", "/trpc/auth.updateMe", {
          body: { json: {} },
          headers: { cookie: `accessToken=${token}`, ...headers },
        })
      ).status;
    expect(await from({ origin: PAGE_ORIGIN })).toBe(200);
    for (const headers of [
      {},
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ]) {
      expect(await from(headers as Record<string, string>), JSON.stringify(headers)).toBe(403);
    }
  });

  it("does not grow what was sent through equalities", async () => {
    const tags = Array(300).fill("x");
    const paths = Array.from({ length: 2000 }, (_, index) => `copies.${index}`);
    const body = { json: { tags, copies: Array(2000).fill(null) }, meta: { referentialEqualities: { tags: paths } } };
    const before = process.memoryUsage().heapUsed;
    const answer = await server.json("POST", "/trpc/contacts.add", { token, body });
    expect(answer.status).toBe(400);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  });

  it("does not take one idempotency key for several calls", async () => {
    const answer = await server.json("POST", "/trpc/contacts.add,contacts.add?batch=1", {
      token,
      headers: { "idempotency-key": "one-for-two" },
      body: { 0: { json: { email: "a@b.test" } }, 1: { json: { email: "c@d.test" } } },
    });
    expect([answer.status, answer.body.error.json.data.reason]).toEqual([400, "VALIDATION_ERROR"]);
  });
});
