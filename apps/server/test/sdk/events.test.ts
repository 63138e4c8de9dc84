import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { TEST_PASSWORD } from "@crm/db/testing";
import { type CrmEvent, createCrmClient, memoryTokenStore } from "@crm/sdk";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
let line: Line;
beforeAll(async () => {
  server = await startTestServer();
  line = await openLine(server.url);
});
afterAll(async () => {
  await line.close();
  await server.stop();
});

/** The way to the server, which can be cut. */
interface Line {
  url: string;
  /** Ends every connection that is open. */
  cut(): void;
  close(): Promise<void>;
}

async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  const proxy: Server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port) });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cut,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
        cut();
      }),
  };
}

async function signedIn(options: Partial<Parameters<typeof createCrmClient>[0]> = {}) {
  const { user } = await server.signIn();
  const store = memoryTokenStore();
  const arrived = vi.fn();
  const crm = createCrmClient({ baseUrl: line.url, tokens: store, fetch: watched(arrived), ...options });
  await crm.auth.login({ username: user.username, password: TEST_PASSWORD });
  /** From here on, whatever happens is told: so many streams have begun to come in. */
  const standing = (streams = 1) =>
    vi.waitFor(() => expect(arrived.mock.calls.length).toBeGreaterThanOrEqual(streams), { timeout: 10_000 });
  return { crm, user, store, standing };
}

/** A fetch that says when the first piece of a stream is there. */
function watched(arrived: () => void): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await globalThis.fetch(input, init);
    if (!response.headers.get("content-type")?.startsWith("text/event-stream") || !response.body) return response;
    let isFirst = true;
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          controller.enqueue(chunk);
          if (isFirst) arrived();
          isFirst = false;
        },
      }),
    );
    return new Response(body, response);
  };
}

const emails = (events: readonly CrmEvent[]) =>
  events.map((event) => (event.type === "contact.added" && "email" in event.data ? event.data.email : event.type));

describe("a subscription", () => {
  it("is told each event once and in order, over every loss of the connection", async () => {
    const { crm, standing } = await signedIn();
    const events: CrmEvent[] = [];
    const onError = vi.fn();
    const { close } = crm.events.subscribe({ onEvent: (event) => events.push(event), onError });
    await standing();
    const expected: string[] = [];
    for (let round = 1; round <= 3; round++) {
      const email = `round-${round}@example.test`;
      // The first time before anything but the place has come over it.
      line.cut();
      await crm.contacts.add({ email });
      expected.push(email);
      await vi.waitFor(() => expect(emails(events)).toEqual(expected), { timeout: 15_000 });
    }
    expect(onError.mock.calls.every(([, state]) => state.closed === false)).toBe(true);
    close();
  });

  it("begins behind the event that it is given, and is told of the wanted types alone", async () => {
    const { crm } = await signedIn();
    const { contact } = await crm.contacts.add({ email: "first@example.test" });
    const { items } = await crm.events.list({ after: "0" });
    await crm.contacts.update({ id: contact.id, notes: "changed" });
    await crm.contacts.add({ email: "second@example.test" });
    const types: string[] = [];
    const { close } = crm.events.subscribe({
      types: ["contact.updated"],
      after: items[0]?.id ?? "",
      onEvent: ({ type, data }) => types.push(`${type} ${data.notes}`),
    });
    await crm.contacts.update({ id: contact.id, notes: "again" });
    await vi.waitFor(() => expect(types).toEqual(["contact.updated changed", "contact.updated again"]));
    close();
  });

  it("renews the session's tokens when the access token is over", async () => {
    const { crm, store, standing } = await signedIn();
    const tokens = await store.get();
    if (tokens) await store.set({ ...tokens, accessToken: "over" });
    const events: CrmEvent[] = [];
    const { close } = crm.events.subscribe({ onEvent: (event) => events.push(event) });
    await standing();
    await crm.contacts.add({ email: "renewed@example.test" });
    await vi.waitFor(() => expect(emails(events)).toEqual(["renewed@example.test"]));
    close();
  });

  it("gives up when the session has ended, and says so", async () => {
    const onSessionEnded = vi.fn();
    const { crm, store, standing } = await signedIn({ onSessionEnded });
    const onError = vi.fn();
    crm.events.subscribe({ onEvent: () => {}, onError });
    await standing();
    await createCrmClient({ baseUrl: server.url, tokens: memoryTokenStore(await store.get()) }).auth.logout();
    await vi.waitFor(() => expect(onError).toHaveBeenCalled(), { timeout: 10_000 });
    expect(onError.mock.calls).toEqual([[expect.objectContaining({ code: "UNAUTHORIZED" }), { closed: true }]]);
    expect(onSessionEnded).toHaveBeenCalledOnce();
  });

  it("says that events are missing which are not kept any more, and goes on", async () => {
    const { crm } = await signedIn();
    const events: CrmEvent[] = [];
    const onError = vi.fn();
    const { close } = crm.events.subscribe({ after: "999999999", onEvent: (event) => events.push(event), onError });
    await vi.waitFor(() =>
      expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: "EVENTS_EXPIRED" }), { closed: false }),
    );
    await crm.contacts.add({ email: "after@example.test" });
    await vi.waitFor(() => expect(emails(events)).toEqual(["after@example.test"]));
    close();
  });

  it.each(["close", "signal"])("ends by %s, and tells nothing any more", async (how) => {
    const { crm, standing } = await signedIn();
    const controller = new AbortController();
    const onEvent = vi.fn();
    const onError = vi.fn();
    const { close } = crm.events.subscribe({ onEvent, onError, signal: controller.signal });
    await standing();
    if (how === "close") close();
    else controller.abort();
    await crm.contacts.add({ email: "late@example.test" });
    // One that still listens has been told when the next one has.
    const next = vi.fn();
    const other = crm.events.subscribe({ after: "0", onEvent: next });
    await vi.waitFor(() => expect(next).toHaveBeenCalledOnce());
    expect([onEvent, onError].map((callback) => callback.mock.calls)).toEqual([[], []]);
    other.close();
  });
});
