import { connect } from "@crm/jmap";
import { afterEach, describe, expect, it } from "vitest";
import {
  type Answer,
  listen,
  type ScriptedServer,
  sendJson,
  sessionWith,
  startScriptedServer,
} from "./scripted-server.ts";

const auth = { type: "basic", username: "me", password: "secret" } as const;

describe("where credentials go", () => {
  const closing: { close(): Promise<void> }[] = [];
  const scripted = async (overrides: Record<string, unknown> = {}, routes: Record<string, Answer> = {}) => {
    const server: ScriptedServer = await startScriptedServer(overrides, routes);
    closing.push(server);
    return server;
  };
  /** Another origin, which notes what it is sent. */
  const stranger = async () => {
    const received: (string | undefined)[] = [];
    const server = await listen((request, response) => {
      received.push(request.headers.authorization);
      sendJson(response, 200, sessionWith());
    });
    closing.push(server);
    return { ...server, received };
  };

  afterEach(async () => {
    await Promise.all(closing.splice(0).map((server) => server.close()));
  });

  const redirectTo =
    (location: string, status = 302): Answer =>
    (response) =>
      response.writeHead(status, { location }).end();

  it("a redirect of the session within its origin is followed, and relative URLs count from its end", async () => {
    const server = await scripted(
      { apiUrl: "api" },
      {
        "/.well-known/jmap": redirectTo("/deep/session"),
        "/deep/session": (response) => sendJson(response, 200, sessionWith({ apiUrl: "api" })),
      },
    );
    const client = await connect({ sessionUrl: `${server.origin}/.well-known/jmap`, auth });
    expect(client.session.apiUrl).toBe(`${server.origin}/deep/api`);
  });

  it("a redirect of the session to another origin is refused, and never asked", async () => {
    const other = await stranger();
    const server = await scripted({}, { "/.well-known/jmap": redirectTo(`${other.origin}/session`) });
    const connecting = connect({ sessionUrl: `${server.origin}/.well-known/jmap`, auth });
    await expect(connecting).rejects.toMatchObject({ name: "JmapProtocolError" });
    await expect(connecting).rejects.toThrow(other.origin);
    expect(other.received).toEqual([]);
  });

  it("a redirect to an origin that is listed is followed", async () => {
    const other = await stranger();
    const server = await scripted({}, { "/.well-known/jmap": redirectTo(`${other.origin}/session`) });
    const sessionUrl = `${server.origin}/.well-known/jmap`;
    const client = await connect({ sessionUrl, auth, trustedOrigins: [other.origin] });
    expect(client.session.apiUrl).toBe(`${other.origin}/api`);
    expect(other.received).toEqual(["Basic bWU6c2VjcmV0"]);
  });

  it("redirects without end are given up", async () => {
    const server = await scripted({}, { "/loop": redirectTo("/loop") });
    await expect(connect({ sessionUrl: `${server.origin}/loop`, auth })).rejects.toThrow("redirects more than 5 times");
  });

  it("a session with its API at another origin is refused in plain words", async () => {
    const other = await stranger();
    const server = await scripted({ apiUrl: `${other.origin}/api` });
    await expect(connect({ sessionUrl: server.sessionUrl, auth })).rejects.toThrow(
      `the session's apiUrl is at ${other.origin}, but credentials are for ${server.origin} only`,
    );
  });

  it("an API call is not followed to where it is redirected, not even within the origin", async () => {
    const server = await scripted();
    const client = await connect({ sessionUrl: server.sessionUrl, auth });
    server.api(redirectTo("/elsewhere", 307));
    await expect(client.request([["Core/echo", {}, "0"]])).rejects.toMatchObject({
      name: "JmapHttpError",
      status: 307,
    });
    expect(server.seen.map(({ path }) => path)).toEqual(["/api"]);
  });

  it("uploads, downloads and events at another origin are refused when they are used", async () => {
    const other = await stranger();
    const server = await scripted({
      uploadUrl: `${other.origin}/{accountId}`,
      downloadUrl: `${other.origin}/{accountId}/{blobId}/{name}/{type}`,
      eventSourceUrl: `${other.origin}/{types}{closeafter}{ping}`,
    });
    const client = await connect({ sessionUrl: server.sessionUrl, auth });
    const signal = new AbortController().signal;
    await expect(client.upload(Buffer.from("x"), { type: "text/plain" })).rejects.toThrow("uploadUrl");
    await expect(client.download("b", { name: "n", type: "text/plain" })).rejects.toThrow("downloadUrl");
    await expect(client.subscribe({ types: ["*"], signal, onState: () => {} })).rejects.toThrow("eventSourceUrl");
    expect(other.received).toEqual([]);
  });

  it("a download that is redirected to another origin is refused", async () => {
    const other = await stranger();
    const server = await scripted({}, { "/download": redirectTo(`${other.origin}/blob`) });
    const client = await connect({ sessionUrl: server.sessionUrl, auth });
    await expect(client.download("b", { name: "n", type: "text/plain" })).rejects.toThrow(other.origin);
    expect(other.received).toEqual([]);
  });

  it("a bearer token goes out as one", async () => {
    const server = await scripted({}, { "/session": (response) => sendJson(response, 200, sessionWith()) });
    await connect({ sessionUrl: server.sessionUrl, auth: { type: "bearer", token: "t0ken" } });
    expect(server.seen[0]?.headers.authorization).toBe("Bearer t0ken");
  });

  it("a password with letters of any kind is sent as UTF-8", async () => {
    const server = await scripted({}, { "/session": (response) => sendJson(response, 200, sessionWith()) });
    await connect({ sessionUrl: server.sessionUrl, auth: { ...auth, password: "kôň:č" } });
    const sent = server.seen[0]?.headers.authorization?.replace("Basic ", "") ?? "";
    expect(Buffer.from(sent, "base64").toString()).toBe("me:kôň:č");
  });

  it("ids cannot lead a download elsewhere", async () => {
    const server = await scripted({}, { "/download": (response) => response.end("x") });
    const client = await connect({ sessionUrl: server.sessionUrl, auth });
    await client.download("../../b?x#y", { name: "č/ň.pdf", type: "a/b&c=d" });
    expect(server.seen[0]?.path).toBe("/download/a1/..%2F..%2Fb%3Fx%23y/%C4%8D%2F%C5%88.pdf?type=a%2Fb%26c%3Dd");
  });
});
