import { setTimeout as wait } from "node:timers/promises";
import { connect, getEmails, type JmapClient, type SubscribeOptions } from "@crm/jmap";
import { attachCyrus, startDemoServer } from "@crm/jmap/testing";
import { afterEach, describe, expect, inject, it } from "vitest";
import { rawMessage } from "./raw-message.ts";
import { ACCOUNT, type Answer, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

/** Collects what a subscription tells, and lets a test wait for it. */
function listenTo(client: JmapClient, options: Partial<SubscribeOptions> = {}) {
  const controller = new AbortController();
  const states: Record<string, string>[] = [];
  const errors: { error: unknown; delay: number }[] = [];
  let opened = 0;
  const ended = client.subscribe({
    types: ["Email"],
    signal: controller.signal,
    onState: (changed) => states.push(changed),
    onOpen: () => {
      opened += 1;
    },
    onError: (error, delay) => errors.push({ error, delay }),
    ...options,
  });
  return {
    states,
    errors,
    ended,
    opened: () => opened,
    stop: async () => {
      controller.abort();
      return ended;
    },
  };
}

const until = (condition: () => boolean) => expect.poll(condition, { timeout: 10_000, interval: 10 }).toBe(true);

describe("push", () => {
  const closing: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((server) => server.close()));
  });

  const open = async (events: Answer, overrides: Record<string, unknown> = {}) => {
    const server: ScriptedServer = await startScriptedServer(overrides, { "/events": events });
    closing.push(server);
    const client = await connect({
      sessionUrl: server.sessionUrl,
      auth: { type: "bearer", token: "t" },
      timeout: 2_000,
    });
    return { server, client };
  };
  const begin = (response: Parameters<Answer>[0]) => response.writeHead(200, { "content-type": "text/event-stream" });
  const stateEvent = (state: string, id = "", account = ACCOUNT) =>
    `${id && `id: ${id}\n`}event: state\ndata: ${JSON.stringify({ "@type": "StateChange", changed: { [account]: { Email: state } } })}\n\n`;

  it("asks for what the caller wants, and tells the account's new states", async () => {
    const { server, client } = await open((response) => begin(response).write(stateEvent("7")));
    const { states, stop } = listenTo(client, { types: ["Email", "Mailbox"], ping: 45 });
    await until(() => states.length === 1);
    expect(states).toEqual([{ Email: "7" }]);
    expect(server.seen[0]).toMatchObject({
      path: "/events?types=Email%2CMailbox&closeafter=no&ping=45",
      headers: { accept: "text/event-stream", authorization: "Bearer t" },
    });
    expect(await stop()).toBe("stopped");
  });

  it("keeps quiet about other accounts, other events and nonsense", async () => {
    const { client } = await open((response) => {
      begin(response);
      response.write(stateEvent("1", "", "a2"));
      response.write(`event: other\ndata: {"changed":{"${ACCOUNT}":{"Email":"2"}}}\n\n`);
      response.write('event: state\ndata: {broken\n\n: comment\n\nevent: ping\ndata: {"interval":30}\n\n');
      response.write(stateEvent("3"));
    });
    const { states, stop } = listenTo(client);
    await until(() => states.length > 0);
    expect(states).toEqual([{ Email: "3" }]);
    await stop();
  });

  it("puts events together that arrive in pieces, even within a letter", async () => {
    const { client } = await open(async (response) => {
      begin(response);
      for (const byte of Buffer.from(stateEvent("č"))) {
        response.write(Buffer.from([byte]));
        await wait(1);
      }
    });
    const { states, stop } = listenTo(client);
    await until(() => states.length > 0);
    expect(states).toEqual([{ Email: "č" }]);
    await stop();
  });

  it("connects again when the stream ends, from where it was, and not before the server's pause is over", async () => {
    const times: number[] = [];
    const { server, client } = await open((response, _request, count) => {
      times.push(performance.now());
      begin(response).write(`retry: 300\n${stateEvent(String(count), `event-${count}`)}`);
      if (count === 1) response.end();
    });
    const { states, errors, opened, stop } = listenTo(client);
    await until(() => states.length === 2);
    expect(server.seen[0]?.headers["last-event-id"]).toBeUndefined();
    expect(server.seen[1]?.headers["last-event-id"]).toBe("event-1");
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(145);
    expect(errors).toHaveLength(1);
    expect(opened()).toBe(2);
    await stop();
  });

  it("waits longer each time that no connection comes about", async () => {
    const { client } = await open((response, _request, count) => {
      if (count > 1) response.writeHead(502).end();
      // Brings the first pause down to what a test can wait for.
      else begin(response).end("retry: 20\n\n");
    });
    const { errors, stop } = listenTo(client);
    await until(() => errors.length === 7);
    const delays = errors.map(({ delay }) => delay);
    expect(delays[1]).toBeLessThanOrEqual(40);
    expect(delays[6]).toBeGreaterThan((20 * 2 ** 6) / 2 - 1);
    await stop();
  });

  it("heeds Retry-After", async () => {
    const { client } = await open((response) => response.writeHead(503, { "retry-after": "120" }).end());
    const { errors, stop } = listenTo(client);
    await until(() => errors.length === 1);
    expect(errors[0]?.delay).toBe(120_000);
    expect(await stop()).toBe("stopped");
  });

  it("gives a silent connection up", async () => {
    const { client } = await open((response, _request, count) => {
      begin(response).write(count === 1 ? 'retry: 20\nevent: ping\ndata: {"interval":0.001}\n\n' : stateEvent("2"));
    });
    // The server says that it pings every millisecond, so only the time-out is left.
    const { states, errors, stop } = listenTo(client);
    await until(() => states.length === 1);
    expect(errors[0]?.error).toMatchObject({ kind: "timeout" });
    await stop();
  });

  it("does not keep an event without end", async () => {
    const { client } = await open((response) => {
      begin(response).write("retry: 20\n\ndata: ");
      const chunk = Buffer.alloc(100_000, "x");
      const timer = setInterval(() => response.write(chunk), 5);
      response.once("close", () => clearInterval(timer));
    });
    const { errors, stop } = listenTo(client);
    await until(() => errors.length > 0);
    expect(errors[0]?.error).toMatchObject({ name: "JmapProtocolError" });
    await stop();
  });

  it.each([
    ["answers 204", (response) => response.writeHead(204).end()],
    ["has nothing at the address", (response) => response.writeHead(404).end()],
  ] as [string, Answer][])("a server that %s has no push", async (_, answer) => {
    const { client } = await open(answer);
    expect(await listenTo(client).ended).toBe("no-push");
  });

  it("a session without an event source has no push", async () => {
    const { server, client } = await open(() => {}, { eventSourceUrl: null });
    expect(await listenTo(client).ended).toBe("no-push");
    expect(server.seen).toEqual([]);
  });

  it("ends when the credentials are refused", async () => {
    const { client } = await open((response) => response.writeHead(401).end());
    await expect(listenTo(client).ended).rejects.toMatchObject({ name: "JmapHttpError", kind: "unauthorized" });
  });

  it("ends at once when it is told to while it waits", async () => {
    const { client } = await open((response) => response.writeHead(503, { "retry-after": "100" }).end());
    const { errors, stop } = listenTo(client);
    await until(() => errors.length === 1);
    const begun = performance.now();
    await stop();
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it("tells of new mail on demo-mail, with the state that Email/get has then", async () => {
    const server = await startDemoServer();
    closing.push({ close: () => server.stop() });
    const account = await server.createAccount();
    const client = await connect({ sessionUrl: server.sessionUrl, auth: { type: "basic", ...account } });
    const { states, opened, stop } = listenTo(client);
    await until(() => opened() === 1);
    await server.deliver(account, rawMessage({ subject: "Pushed" }));
    await until(() => states.length > 0);
    const { state } = await getEmails(client, { ids: [] });
    expect(states.at(-1)?.Email).toBe(state);
    expect(await stop()).toBe("stopped");
  });

  it.skipIf(inject("cyrus") === null)("is absent from Debian's Cyrus, which answers 204", async () => {
    const cyrus = inject("cyrus");
    if (cyrus === null) throw new Error("there is no Cyrus");
    const server = attachCyrus(cyrus);
    const client = await connect({
      sessionUrl: server.sessionUrl,
      auth: { type: "basic", ...(await server.createAccount()) },
    });
    expect(await listenTo(client).ended).toBe("no-push");
  });
});
