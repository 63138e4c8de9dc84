import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PAGE_ORIGIN, startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  token = (await server.signIn()).accessToken;
});
afterAll(() => server.stop());

const codeOf = async (answer: Promise<{ status: number; body: { code?: string } }>) => {
  const { status, body } = await answer;
  return [status, body.code];
};
/** A write that passes when nothing is wrong with it. */
const updateMe = (body: unknown, headers: Record<string, string> = {}) =>
  server.json("PATCH", "/api/auth/me", { token, body, headers });

/** Sends a body in chunks, without a length. */
function sendChunked(
  [method, path]: [string, string],
  chunk: string,
  count: number,
  type = "application/json",
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      `${server.url}${path}`,
      { method, headers: { "content-type": type, authorization: `Bearer ${token}` } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on("error", reject);
    for (let index = 0; index < count; index++) request.write(chunk);
    request.end();
  });
}

describe("what a request has to be", () => {
  it("answers unknown paths with 404 in the envelope", async () => {
    const { status, body, headers } = await server.json("GET", "/api/nothing/here", { token });
    expect([status, body.success, body.code]).toEqual([404, false, "NOT_FOUND"]);
    expect(body.requestId).toBe(headers.get("x-request-id"));
    expect(await codeOf(server.json("GET", "/elsewhere"))).toEqual([404, "NOT_FOUND"]);
  });

  it("answers a known path with another method with 405 and the ones it knows", async () => {
    const { status, body, headers } = await server.json("PUT", "/api/contacts/discover", { token });
    expect([status, body.code]).toEqual([405, "METHOD_NOT_ALLOWED"]);
    expect(headers.get("allow")).toBe("GET, HEAD");
    const contact = await server.json("POST", "/api/contacts/0198c0de-0000-7000-8000-000000000000", { token });
    expect(contact.headers.get("allow")).toBe("GET, HEAD, PATCH, DELETE");
    expect((await server.json("POST", "/healthz")).status).toBe(405);
  });

  it("ends the connection with the refusal of a large body, and of no other", async () => {
    const refused = async (length: number) => {
      const headers = { "content-type": "text/plain", authorization: "Bearer none" };
      const body = new Uint8Array(length);
      const answer = await fetch(`${server.url}/api/emails/attachments`, { method: "POST", headers, body });
      await answer.body?.cancel();
      return [answer.status, answer.headers.get("connection")];
    };
    expect(await refused(200_000)).toEqual([401, "close"]);
    expect(await refused(200)).toEqual([401, "keep-alive"]);
  });

  it("takes JSON alone on writes, and needs no content type where there is no body", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/json-seq",
    ]) {
      expect(await codeOf(updateMe("{}", { "content-type": type }))).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    }
    expect(await codeOf(updateMe("{}", { "content-encoding": "gzip" }))).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    expect((await updateMe("{}", { "content-type": "application/json; charset=UTF-8" })).status).toBe(200);
    expect((await server.json("PATCH", "/api/auth/me", { token })).status).toBe(200);
  });

  it("refuses bodies over 1 MiB, with and without a length", async () => {
    const firstName = "x".repeat(1_048_576);
    expect(await codeOf(updateMe({ firstName }))).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    expect(await codeOf(updateMe({ firstName: firstName.repeat(8) }))).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    const chunk = "x".repeat(64 * 1024);
    expect(await sendChunked(["PATCH", "/api/auth/me"], chunk, 17)).toBe(413);
    expect(await sendChunked(["POST", "/trpc/auth.updateMe"], chunk, 17)).toBe(413);
    expect(await sendChunked(["POST", "/api/auth/login"], chunk, 17)).toBe(413);
    expect(await sendChunked(["PUT", "/api/auth/me/avatar"], chunk, 33, "image/png")).toBe(413);
    expect((await updateMe({ firstName })).body.error).toBe("The body is too large: at most 1 MiB are taken.");
    // Within its own limit it is the picture that is looked at.
    expect(await sendChunked(["PUT", "/api/auth/me/avatar"], chunk, 17, "image/png")).not.toBe(413);
    // Just below it is the schema that speaks.
    expect(await codeOf(updateMe({ firstName: "x".repeat(1_000_000) }))).toEqual([400, "VALIDATION_ERROR"]);
  });

  it("refuses bodies nested beyond 32 levels before parsing them", async () => {
    const nested = (depth: number) => `{"firstName":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    const deep = await updateMe(nested(33));
    expect([deep.status, deep.body.details[0].message]).toEqual([400, "must not be nested deeper than 32 levels"]);
    expect((await updateMe(nested(32))).body.details[0].path).toBe("firstName");
    expect(await codeOf(updateMe("[".repeat(20_000)))).toEqual([400, "VALIDATION_ERROR"]);
  });

  it("refuses what is not a JSON object, NUL, and crowds of values", async () => {
    for (const body of ["{", "[]", "null", '"text"', '{"firstName":"a\\u0000b"}', `{"x":[${"1,".repeat(20_000)}1]}`]) {
      expect(await codeOf(updateMe(body)), body.slice(0, 30)).toEqual([400, "VALIDATION_ERROR"]);
    }
    // An escaped backslash before "u0000" is no NUL.
    expect((await updateMe('{"firstName":"a\\\\u0000b"}')).body.data.firstName).toBe("a\\u0000b");
  });

  it("names unknown keys, and does not let the body say whose row it is", async () => {
    const { body } = await updateMe({ role: "admin", userId: "x", __proto__x: 1 });
    expect(body.details.map(({ path }: { path: string }) => path)).toEqual(["role", "userId", "__proto__x"]);
    const id = "0198c0de-0000-7000-8000-000000000000";
    const contact = await server.json("PATCH", `/api/contacts/${id}`, { token, body: { id } });
    expect([contact.status, contact.body.details]).toEqual([400, [{ path: "id", message: "is not known here" }]]);
    expect(await codeOf(server.json("POST", "/api/auth/logout", { token, body: { everywhere: true } }))).toEqual([
      400,
      "VALIDATION_ERROR",
    ]);
    const polluted = await updateMe('{"__proto__":{"role":"admin"}}');
    expect(polluted.body.data?.role ?? "member").toBe("member");
  });

  it("says what is wrong with a field in words that need no programmer", async () => {
    const send = (body: object) => server.json("POST", "/api/emails/send", { token, body });
    const told = async (answer: Promise<{ body: { details: { path: string; message: string }[] } }>) =>
      (await answer).body.details.map(({ path, message }) => `${path} ${message}`);
    const letter = { to: "a@b.sk", subject: "x", body: "y" };
    const address = "must be an address, or a name with an address in angle brackets";
    expect(await told(send({ subject: 5, attachments: "x" }))).toEqual([
      "to is needed",
      "subject must be text",
      "body is needed",
      "attachments must be a list",
    ]);
    expect(await told(send({ ...letter, to: { email: "a@b.sk" } }))).toEqual(["to must be text, or must be a list"]);
    expect(await told(send({ ...letter, to: Array(101).fill("a@b.sk") }))).toEqual([
      "to must have at most 100 entries",
    ]);
    expect(await told(send({ ...letter, to: [] }))).toEqual(["to must not be empty"]);
    expect(await told(send({ ...letter, to: ["a@b.sk", "x".repeat(501)] }))).toEqual([
      "to.1 must have at most 500 characters",
    ]);
    expect(await told(send({ ...letter, cc: "" }))).toEqual([`cc ${address}`]);
    expect(await told(updateMe({ firstName: true }))).toEqual(["firstName must be text"]);
    const list = (query: string) => told(server.json("GET", `/api/contacts?${query}`, { token }));
    expect(await list("limit=0")).toEqual(["limit must be at least 1"]);
    expect(await list("limit=101")).toEqual(["limit must be at most 100"]);
    expect(await list("limit=1.5")).toEqual(["limit must be a whole number"]);
    expect(await list("limit=five")).toEqual(["limit must be a number"]);
    expect(await list("sort=email")).toEqual(["sort must be one of these: name, -addedAt, -lastEmailDate"]);
    expect(await told(server.json("GET", "/api/contacts/x", { token }))).toEqual(["id must be an id (a UUID)"]);
    expect(await told(server.json("GET", "/api/emails/search?q=", { token }))).toEqual(["q must not be empty"]);
    expect(await told(server.json("GET", "/api/emails?isRead=1", { token }))).toEqual(["isRead must be true or false"]);
  });

  it("tells strangers to sign in before it reads what they send", async () => {
    const answer = await server.json("POST", "/api/contacts", { body: "{" });
    expect([answer.status, answer.body.code]).toEqual([401, "UNAUTHORIZED"]);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });
});

describe("queries", () => {
  const list = (query: string) => server.json("GET", `/api/emails?${query}`, { token });

  it("reads booleans and numbers as what they say", async () => {
    expect((await list("isRead=false&limit=5")).status).toBe(200);
    for (const query of [
      "isRead=0",
      "isRead=",
      "limit=five",
      "limit=0x5",
      "limit=101",
      "limit=1&limit=2",
      "nonsense=1",
    ]) {
      expect(await codeOf(list(query)), query).toEqual([400, "VALIDATION_ERROR"]);
    }
    expect(await codeOf(list("direction=%00"))).toEqual([400, "VALIDATION_ERROR"]);
  });

  it("puts a page's items into data and its cursor into meta", async () => {
    expect((await list("")).body).toEqual({ success: true, data: [], meta: { nextCursor: null } });
  });

  it("prefers fixed paths to variable ones, and decodes what is variable", async () => {
    expect((await server.json("GET", "/api/emails/unread-count", { token })).body.data).toEqual({
      count: 0,
      byContact: {},
    });
    expect(await codeOf(server.json("GET", "/api/emails/no-such-id", { token }))).toEqual([404, "NOT_FOUND"]);
    expect(await codeOf(server.json("GET", "/api/emails/%E0%A4%A", { token }))).toEqual([400, "VALIDATION_ERROR"]);
    expect(await codeOf(server.json("GET", "/api/emails/a%20b", { token }))).toEqual([400, "VALIDATION_ERROR"]);
  });

  it("answers HEAD as GET, without the body", async () => {
    const response = await server.fetch("/api/auth/me", {
      method: "HEAD",
      headers: { authorization: `Bearer ${token}` },
    });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
});

describe("requests from web pages", () => {
  const withCookie = (headers: Record<string, string>) =>
    server.json("PATCH", "/api/auth/me", { body: {}, headers: { cookie: `accessToken=${token}`, ...headers } });

  it("lets a write ride on a cookie only from pages that may", async () => {
    const host = new URL(server.url).host;
    for (const headers of [
      { origin: PAGE_ORIGIN },
      { origin: `http://${host}` },
      { "sec-fetch-site": "same-origin" },
    ]) {
      expect((await withCookie(headers as Record<string, string>)).status, JSON.stringify(headers)).toBe(200);
    }
    for (const headers of [
      {},
      { origin: "null" },
      { origin: "https://evil.example" },
      { origin: `${PAGE_ORIGIN}.evil.example` },
      { origin: "https://xcrm.example" },
      { origin: "http://crm.example" },
      { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      expect(await codeOf(withCookie(headers as Record<string, string>)), JSON.stringify(headers)).toEqual([
        403,
        "ORIGIN_NOT_ALLOWED",
      ]);
    }
    expect((await withCookie({ authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it("answers preflights of listed origins, and tells others nothing", async () => {
    const preflight = async (origin: string) => {
      const { status, headers } = await server.fetch("/api/contacts", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
      return [status, headers.get("access-control-allow-origin"), headers.get("access-control-allow-headers")];
    };
    expect(await preflight(PAGE_ORIGIN)).toEqual([204, PAGE_ORIGIN, expect.stringContaining("Idempotency-Key")]);
    const near = [`${PAGE_ORIGIN}.evil.example`, `${PAGE_ORIGIN}:8443`, "https://xcrm.example", "http://crm.example"];
    for (const origin of ["null", "https://evil.example", ...near]) {
      expect(await preflight(origin), origin).toEqual([204, null, null]);
    }
    const { headers } = await server.fetch("/healthz", { headers: { origin: "https://evil.example" } });
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  it("lets nothing of an answer run, be framed, sniffed or kept", async () => {
    const { headers } = await server.json("GET", "/api/auth/me", { token });
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
  });
});

describe("faults of ours", () => {
  it("tells the caller a request id and nothing else, and logs the rest under that id", async () => {
    const broken = await startTestServer();
    try {
      const { accessToken } = await broken.signIn();
      await broken.database.pool.query("ALTER TABLE contacts RENAME COLUMN shown TO gone");
      const answer = await broken.json("GET", "/api/contacts", { token: accessToken });
      const { requestId } = answer.body;
      expect([answer.status, answer.body]).toEqual([
        500,
        { success: false, error: "Something went wrong on our side.", code: "INTERNAL_ERROR", requestId },
      ]);
      const logged = broken.log.filter(({ level, fields }) => level === "error" && fields.requestId === requestId);
      expect(logged).toHaveLength(1);
      const overTrpc = await broken.json("GET", "/trpc/contacts.list?input=%7B%22json%22%3A%7B%7D%7D", {
        token: accessToken,
      });
      expect([overTrpc.status, overTrpc.body.error.json]).toEqual([
        500,
        {
          message: "Something went wrong on our side.",
          code: -32603,
          data: {
            code: "INTERNAL_SERVER_ERROR",
            httpStatus: 500,
            path: "contacts.list",
            reason: "INTERNAL_ERROR",
            requestId: overTrpc.headers.get("x-request-id"),
          },
        },
      ]);
      await broken.database.pool.query("DROP TABLE sessions CASCADE");
      const unauthenticated = await broken.json("GET", "/api/auth/me", { token: accessToken });
      expect([unauthenticated.status, Object.keys(unauthenticated.body)]).toEqual([
        500,
        ["success", "error", "code", "requestId"],
      ]);
    } finally {
      await broken.stop();
    }
  });

  it("logs requests without query, token or body", async () => {
    await server.json("GET", "/api/contacts?search=a-secret-word", { token });
    const line = server.log.findLast(({ message }) => message === "request");
    expect(line?.fields).toMatchObject({ method: "GET", path: "/api/contacts", status: 200, ipAddress: "127.0.0.1" });
    expect(JSON.stringify(server.log)).not.toMatch(/a-secret-word|Correct-Horse/);
  });
});

describe("health", () => {
  it("is alive whatever else is, and ready only when everything is", async () => {
    expect((await server.json("GET", "/healthz")).body).toEqual({ status: "ok" });
    expect((await server.json("GET", "/readyz")).body).toEqual({ status: "ready", checks: { database: true } });
  });
});
