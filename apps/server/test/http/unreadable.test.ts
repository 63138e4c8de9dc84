import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HttpServer, serveHttp } from "../../src/serve-http.ts";

let server: HttpServer;
beforeAll(async () => {
  server = await serveHttp({ host: "127.0.0.1", port: 0, fetch: ({ url }) => new Response(new URL(url).pathname) });
});
afterAll(() => server.drain(0));

/** Sends it as it is, and reads until the server ends the connection. */
function send(...pieces: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => socket.write(pieces[0] ?? ""));
    let sent = 1;
    socket.on("data", (data) => {
      answer += data.toString("utf8");
      const next = pieces[sent++];
      if (next !== undefined) socket.write(next);
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

const request = (path: string, headers = "") => `GET ${path} HTTP/1.1\r\nHost: crm.test\r\n${headers}\r\n`;

describe("what cannot be read as HTTP", () => {
  it("tells who typed an address with diacritics what to do, in the envelope of every other error", async () => {
    const [head = "", body = ""] = (await send(request("/api/contacts?search=Horváth"))).split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\nContent-Type: application\/json\r\n/);
    expect(JSON.parse(body)).toEqual({
      success: false,
      error: expect.stringMatching(/percent-encoded/),
      code: "VALIDATION_ERROR",
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it("tells the same on a connection that has served before", async () => {
    const answer = await send(request("/first"), request("/ž"));
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\/first[\s\S]*HTTP\/1\.1 400 Bad Request[\s\S]*percent-encoded/);
  });

  it("refuses headers without end, and what is no request at all", async () => {
    const long = await send(request("/", `X-Long: ${"x".repeat(20_000)}\r\n`));
    expect(long).toMatch(/^HTTP\/1\.1 431 [\s\S]*"code":"PAYLOAD_TOO_LARGE"/);
    expect(await send("hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 [\s\S]*"The request is not valid HTTP\."/);
  });
});
