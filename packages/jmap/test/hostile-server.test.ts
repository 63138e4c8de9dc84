import { once } from "node:events";
import { gzipSync } from "node:zlib";
import {
  type ConnectOptions,
  connect,
  getEmailChanges,
  getEmails,
  type JmapClient,
  setEmails,
  submitEmail,
} from "@crm/jmap";
import { afterEach, describe, expect, it } from "vitest";
import {
  ACCOUNT,
  type Answer,
  EMPTY_GET,
  listen,
  type ScriptedServer,
  sendAnswers,
  sendJson,
  startScriptedServer,
} from "./scripted-server.ts";

describe("a mail server that misbehaves", () => {
  const servers: ScriptedServer[] = [];
  const open = async (
    options: Partial<ConnectOptions> = {},
    overrides: Record<string, unknown> = {},
    routes: Record<string, Answer> = {},
  ): Promise<{ server: ScriptedServer; client: JmapClient }> => {
    const server = await startScriptedServer(overrides, routes);
    servers.push(server);
    const auth = { type: "bearer", token: "t" } as const;
    return { server, client: await connect({ sessionUrl: server.sessionUrl, auth, ...options }) };
  };
  const read = (client: JmapClient) => getEmails(client, { ids: ["x"] });
  const write = (client: JmapClient) => setEmails(client, { destroy: ["x"] });
  const drip = (response: Parameters<Answer>[0]) => {
    const timer = setInterval(() => response.write(" "), 20);
    response.once("close", () => clearInterval(timer));
  };

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  /** Where nobody listens (any more). */
  const freeAddress = async () => {
    const { origin, close } = await listen(() => {});
    await close();
    return origin;
  };

  describe("in its timing", () => {
    it("silence ends after the time-out", async () => {
      const { server, client } = await open({ timeout: 150 });
      server.api(() => {});
      await expect(read(client)).rejects.toMatchObject({
        name: "JmapTransportError",
        kind: "timeout",
        mayHaveArrived: true,
      });
      expect(server.seen).toHaveLength(1);
    });

    it("a body that drips does not outlive the time-out", async () => {
      const { server, client } = await open({ timeout: 200 });
      const gone: Promise<unknown>[] = [];
      server.api((response) => {
        gone.push(once(response, "close"));
        drip(response.writeHead(200, { "content-type": "application/json" }));
      });
      await expect(read(client)).rejects.toMatchObject({ kind: "timeout" });
      await Promise.all(gone);
    });

    it("an error whose body drips does not outlive it either", async () => {
      const { server, client } = await open({ timeout: 200 });
      server.api((response) => drip(response.writeHead(400, { "content-type": "application/problem+json" })));
      await expect(read(client)).rejects.toMatchObject({ kind: "timeout" });
    });

    it("a download that drips ends, one that flows goes on past the time-out", async () => {
      const chunk = Buffer.alloc(16 * 1024, "x");
      const { client } = await open(
        { timeout: 250 },
        {},
        {
          "/download/a1/drip": (response) => drip(response.writeHead(200)),
          "/download/a1/flow": (response) => {
            let sent = 0;
            const timer = setInterval(() => {
              sent += 1;
              response.write(chunk);
              if (sent < 20) return;
              clearInterval(timer);
              response.end();
            }, 25);
          },
        },
      );
      const dripping = await client.download("drip", { name: "n", type: "t" });
      await expect(dripping.arrayBuffer()).rejects.toMatchObject({ kind: "timeout" });
      const flowing = await client.download("flow", { name: "n", type: "t" });
      expect((await flowing.arrayBuffer()).byteLength).toBe(20 * chunk.length);
    });

    it("the caller's signal ends a request, with the caller's reason", async () => {
      const { server, client } = await open();
      const controller = new AbortController();
      const reason = new Error("no longer wanted");
      server.api(() => controller.abort(reason));
      await expect(getEmails(client, { ids: ["x"] }, { signal: controller.signal })).rejects.toBe(reason);
      await expect(getEmails(client, { ids: ["x"] }, { signal: controller.signal })).rejects.toBe(reason);
      expect(server.seen).toHaveLength(1);
    });

    it("the caller's signal ends a download halfway", async () => {
      const { client } = await open({}, {}, { "/download": (response) => response.writeHead(200).write("begun") });
      const controller = new AbortController();
      const response = await client.download("b", { name: "n", type: "t", signal: controller.signal });
      const reason = new Error("no longer wanted");
      controller.abort(reason);
      await expect(response.arrayBuffer()).rejects.toBe(reason);
    });
  });

  describe("in the size of what it sends", () => {
    const flood = (response: Parameters<Answer>[0], write: () => boolean) => {
      const fill = () => {
        while (!response.closed && write());
      };
      response.on("drain", fill);
      fill();
    };

    it("an endless answer is cut off, and the connection with it", async () => {
      const { server, client } = await open({ maxResponseBytes: 100_000 });
      const gone: Promise<unknown>[] = [];
      let sent = 0;
      server.api((response) => {
        gone.push(once(response, "close"));
        const chunk = Buffer.alloc(10_000, "[");
        flood(response.writeHead(200, { "content-type": "application/json" }), () => {
          sent += chunk.length;
          return response.write(chunk);
        });
      });
      await expect(read(client)).rejects.toMatchObject({ name: "JmapTransportError", kind: "too-large" });
      await Promise.all(gone);
      expect(sent).toBeLessThan(20_000_000);
    });

    it("an answer that announces too much is not read at all", async () => {
      const { server, client } = await open({ maxResponseBytes: 1000 });
      server.api((response) => response.writeHead(200, { "content-length": "1000000000" }).write("["));
      await expect(read(client)).rejects.toMatchObject({ kind: "too-large" });
    });

    it("a compressed bomb counts by what it unpacks to", async () => {
      const { server, client } = await open({ maxResponseBytes: 1_000_000 });
      const bomb = gzipSync(Buffer.alloc(50_000_000, " "));
      server.api((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
      await expect(read(client)).rejects.toMatchObject({ kind: "too-large" });
    });

    it("a download ends at its own limit", async () => {
      const { client } = await open({}, {}, { "/download": (response) => response.end(Buffer.alloc(5000)) });
      const response = await client.download("b", { name: "n", type: "t", maxBytes: 1000 });
      await expect(response.arrayBuffer()).rejects.toMatchObject({ kind: "too-large" });
    });

    it("an upload larger than the server takes is not begun", async () => {
      const { server, client } = await open();
      const upload = client.upload(Buffer.alloc(1001), { type: "text/plain" });
      await expect(upload).rejects.toMatchObject({ name: "JmapRequestError", limit: "maxSizeUpload" });
      expect(server.seen).toEqual([]);
    });
  });

  describe("in its state", () => {
    it("a read is tried again after 502, 503 and 504", async () => {
      const { server, client } = await open({ retries: 3 });
      server.api((response, request, count) => {
        if (count < 4) response.writeHead(501 + count).end();
        else sendAnswers(response, request, { "Email/get": EMPTY_GET });
      });
      await expect(read(client)).resolves.toMatchObject({ state: "1" });
      expect(server.seen).toHaveLength(4);
    });

    it("a read is tried again after a broken connection, but not for ever", async () => {
      const { server, client } = await open({ retries: 1 });
      server.api((response) => response.destroy());
      await expect(read(client)).rejects.toMatchObject({
        name: "JmapTransportError",
        kind: "network",
        mayHaveArrived: true,
      });
      expect(server.seen).toHaveLength(2);
    });

    it("a read is tried again when the server says that it is unavailable for now", async () => {
      const { server, client } = await open();
      server.api((response, request, count) => {
        if (count > 1) return sendAnswers(response, request, { "Email/get": EMPTY_GET });
        sendJson(response, 200, {
          methodResponses: [["error", { type: "serverUnavailable" }, "0"]],
          sessionState: "s1",
        });
      });
      await expect(read(client)).resolves.toMatchObject({ state: "1" });
    });

    it("a write is not repeated where it may have been done", async () => {
      for (const answer of [
        (r) => r.destroy(),
        (r) => r.writeHead(502).end(),
        (r) => r.writeHead(503).end(),
      ] as Answer[]) {
        const { server, client } = await open();
        server.api(answer);
        await expect(write(client)).rejects.toThrow();
        expect(server.seen).toHaveLength(1);
      }
    });

    it("a message is never submitted twice", async () => {
      const { server, client } = await open();
      server.api((response) => response.destroy());
      const args = { email: {}, identityId: "i", draftsMailboxId: "d", sentMailboxId: "s" };
      await expect(submitEmail(client, args)).rejects.toMatchObject({ mayHaveArrived: true });
      expect(server.seen).toHaveLength(1);
    });

    it("anything is repeated after the pause that 429 or 503 asks for", async () => {
      for (const status of [429, 503]) {
        const { server, client } = await open();
        let refusedAt = 0;
        let pause = 0;
        server.api((response, request, count) => {
          if (count === 1) {
            refusedAt = performance.now();
            response.writeHead(status, { "retry-after": "1" }).end();
          } else {
            pause = performance.now() - refusedAt;
            sendAnswers(response, request, { "Email/set": { accountId: ACCOUNT, destroyed: ["x"] } });
          }
        });
        await expect(write(client)).resolves.toMatchObject({ destroyed: ["x"] });
        expect(pause).toBeGreaterThan(990);
      }
    });

    it("a pause too long to sit out is told to the caller", async () => {
      const { server, client } = await open();
      server.api((response) => response.writeHead(429, { "retry-after": "3600" }).end());
      await expect(read(client)).rejects.toMatchObject({
        name: "JmapHttpError",
        kind: "rate-limited",
        retryAfter: 3600,
      });
      expect(server.seen).toHaveLength(1);
    });

    it("a write is repeated when no connection was made, since nobody saw it", async () => {
      let calls = 0;
      const { server, client } = await open({
        fetch: async (input, init) => {
          calls += 1;
          // The first connection of the write goes to a port where nobody listens.
          return fetch(calls === 2 ? await freeAddress() : input, init);
        },
      });
      server.api((response, request) =>
        sendAnswers(response, request, { "Email/set": { accountId: ACCOUNT, destroyed: ["x"] } }),
      );
      await expect(write(client)).resolves.toMatchObject({ destroyed: ["x"] });
      expect([calls, server.seen.length]).toEqual([3, 1]);
    });

    it("nobody at the address is told as never arrived", async () => {
      const connecting = connect({
        sessionUrl: await freeAddress(),
        auth: { type: "bearer", token: "t" },
        retries: 0,
      });
      await expect(connecting).rejects.toMatchObject({
        name: "JmapTransportError",
        kind: "network",
        mayHaveArrived: false,
      });
    });

    it("no more than four requests run at once, or fewer where the server says so", async () => {
      for (const [allowed, expected] of [
        [100, 4],
        [2, 2],
      ] as const) {
        const capabilities = { "urn:ietf:params:jmap:core": { maxConcurrentRequests: allowed } };
        const { server, client } = await open({}, { capabilities });
        let most = 0;
        const waiting: (() => void)[] = [];
        const answerAll = () => {
          for (const answer of waiting.splice(0)) answer();
        };
        // Nobody is answered until the expected number is there, and whoever is too many has had time to come.
        server.api((response, request) => {
          waiting.push(() => sendAnswers(response, request, { "Email/get": EMPTY_GET }));
          most = Math.max(most, waiting.length);
          if (waiting.length === expected) setTimeout(() => answerAll(), 50);
        });
        await Promise.all(Array.from({ length: 12 }, () => read(client)));
        expect(most).toBe(expected);
      }
    });

    it("a caller that waits for its turn can leave", async () => {
      const { server, client } = await open({ concurrency: 1 });
      const waiting = new AbortController();
      const reason = new Error("no longer wanted");
      server.api((response, request) => {
        waiting.abort(reason);
        sendAnswers(response, request, { "Email/get": EMPTY_GET });
      });
      const first = read(client);
      await expect(getEmails(client, { ids: ["x"] }, { signal: waiting.signal })).rejects.toBe(reason);
      await first;
      expect(server.seen).toHaveLength(1);
    });

    it("another session state is noticed", async () => {
      const { server, client } = await open();
      server.api((response, request) => sendAnswers(response, request, { "Email/get": EMPTY_GET }));
      await read(client);
      expect(client.isSessionOutdated).toBe(false);
      server.api((response) =>
        sendJson(response, 200, { methodResponses: [["Email/get", EMPTY_GET, "0"]], sessionState: "s2" }),
      );
      await read(client);
      expect(client.isSessionOutdated).toBe(true);
    });
  });

  describe("in what it says", () => {
    it.each([
      [400, "rejected"],
      [401, "unauthorized"],
      [403, "forbidden"],
      [404, "not-found"],
      [429, "rate-limited"],
      [500, "unavailable"],
    ])("HTTP %i is %s", async (status, kind) => {
      const { server, client } = await open({ retries: 0 });
      server.api((response) => response.writeHead(status, { "content-type": "text/html" }).end("<h1>No</h1>"));
      await expect(read(client)).rejects.toMatchObject({ name: "JmapHttpError", status, kind });
    });

    it("a problem of JMAP's own is told with its limit", async () => {
      const { server, client } = await open();
      const type = "urn:ietf:params:jmap:error:limit";
      server.api((response) =>
        sendJson(response, 400, { type, limit: "maxSizeRequest" }, { "content-type": "application/problem+json" }),
      );
      await expect(read(client)).rejects.toMatchObject({ name: "JmapRequestError", type, limit: "maxSizeRequest" });
    });

    const good = { accountId: ACCOUNT, state: "1", notFound: [] };
    it.each([
      ["no JSON", "<html>"],
      ["nothing", ""],
      ["a list", "[]"],
      ["no responses", "{}"],
      ["malformed responses", JSON.stringify({ methodResponses: [["Email/get"]] })],
      ["no answer to the call", JSON.stringify({ methodResponses: [] })],
      ["an answer to another call", JSON.stringify({ methodResponses: [["Email/get", { ...good, list: [] }, "7"]] })],
      [
        "another account's mail",
        JSON.stringify({ methodResponses: [["Email/get", { ...good, accountId: "a2", list: [] }, "0"]] }),
      ],
      ["no list", JSON.stringify({ methodResponses: [["Email/get", good, "0"]] })],
      [
        "objects without ids",
        JSON.stringify({ methodResponses: [["Email/get", { ...good, list: [{ subject: "x" }] }, "0"]] }),
      ],
    ])("%s is no answer", async (_, body) => {
      const { server, client } = await open();
      server.api((response) => response.writeHead(200, { "content-type": "application/json" }).end(body));
      await expect(read(client)).rejects.toMatchObject({ name: "JmapProtocolError" });
      expect(server.seen).toHaveLength(1);
    });

    it("bytes that are no UTF-8 hurt only the text they stand in", async () => {
      const { server, client } = await open();
      const body = JSON.stringify({
        methodResponses: [["Email/get", { ...good, list: [{ id: "x", subject: "a?b" }] }, "0"]],
      });
      server.api((response) => response.end(Buffer.from(body.replace("?", "\xff"), "latin1")));
      await expect(read(client)).resolves.toMatchObject({ list: [{ id: "x", subject: "a\ufffdb" }] });
    });

    it("a list of what was not found may be null", async () => {
      const { server, client } = await open();
      server.api((response, request) =>
        sendAnswers(response, request, { "Email/get": { ...EMPTY_GET, notFound: null } }),
      );
      await expect(read(client)).resolves.toMatchObject({ notFound: [] });
    });

    it("two answers under one call id are both found", async () => {
      const { server, client } = await open();
      const submission = ["EmailSubmission/set", { accountId: ACCOUNT, created: { s: { id: "s1" } } }, "0"];
      const filed = ["Email/set", { accountId: ACCOUNT, updated: { e1: null } }, "0"];
      server.api((response) => sendJson(response, 200, { methodResponses: [submission, filed] }));
      const responses = await client.request([["EmailSubmission/set", {}, "0"]]);
      expect(responses.get("0", "EmailSubmission/set").created).toEqual({ s: { id: "s1" } });
      expect(responses.get("0", "Email/set").updated).toEqual({ e1: null });
      expect(responses.all).toHaveLength(2);
    });

    const changes = { accountId: ACCOUNT, oldState: "5", created: [], updated: [], destroyed: [] };
    it("changes that never end are not asked for for ever", async () => {
      const { server, client } = await open();
      server.api((response, request) =>
        sendAnswers(response, request, { "Email/changes": { ...changes, newState: "5", hasMoreChanges: true } }),
      );
      await expect(getEmailChanges(client, { sinceState: "5" })).rejects.toMatchObject({ name: "JmapProtocolError" });
    });

    it("a state that goes back means that everything must be read anew", async () => {
      const { server, client } = await open();
      server.api((response, request) =>
        sendAnswers(response, request, { "Email/changes": { ...changes, newState: "4", hasMoreChanges: false } }),
      );
      await expect(getEmailChanges(client, { sinceState: "5" })).rejects.toMatchObject({
        type: "cannotCalculateChanges",
      });
    });

    it.each([
      ["a list", []],
      ["no capabilities", { accounts: {}, primaryAccounts: {} }],
    ])("a session that is %s is refused", async (_, session) => {
      const connecting = open({}, {}, { "/session": (response) => sendJson(response, 200, session) });
      await expect(connecting).rejects.toMatchObject({ name: "JmapProtocolError" });
    });

    it.each([
      ["an API address that is none", { apiUrl: "http://" }],
      ["no API address", { apiUrl: undefined }],
      ["no mail account", { primaryAccounts: {} }],
      ["a primary account that it does not list", { accounts: {} }],
    ])("a session with %s is refused", async (_, overrides) => {
      await expect(open({}, overrides)).rejects.toMatchObject({ name: "JmapProtocolError" });
    });

    it("limits that make no sense are replaced by the usual ones", async () => {
      const core = { maxObjectsInGet: 0, maxConcurrentRequests: -1, maxCallsInRequest: "many", maxSizeUpload: 1e99 };
      const { client } = await open({}, { capabilities: { "urn:ietf:params:jmap:core": core } });
      expect(client.limits).toMatchObject({
        maxObjectsInGet: 500,
        maxConcurrentRequests: 4,
        maxCallsInRequest: 16,
        maxSizeUpload: 50_000_000,
      });
    });
  });
});
