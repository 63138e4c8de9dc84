import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createContact, TEST_PASSWORD } from "@crm/db/testing";
import { type CrmClient, createCrmClient, isCrmError, memoryTokenStore, type TokenStore } from "@crm/sdk";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

type Fetch = typeof globalThis.fetch;

/** A fetch that remembers what was asked for. */
function recording(fetch: Fetch = globalThis.fetch) {
  const requests: { path: string; key: string | null }[] = [];
  const record: Fetch = (input, init) => {
    const request = new Request(input, init);
    const key = request.headers.get("idempotency-key");
    requests.push({ path: new URL(request.url).pathname.replace("/trpc/", ""), key });
    return fetch(request);
  };
  return {
    requests,
    fetch: record,
    count: (path: string) => requests.filter((request) => request.path === path).length,
  };
}

async function signedIn(options: Partial<Parameters<typeof createCrmClient>[0]> = {}) {
  const { user } = await server.signIn();
  const store = memoryTokenStore();
  const crm = createCrmClient({ baseUrl: server.url, tokens: store, ...options });
  await crm.auth.login({ username: user.username, password: TEST_PASSWORD });
  return { crm, user, store };
}

/** As it is an hour later: the access token is refused, the refresh token is good. */
async function outlive(store: TokenStore) {
  const tokens = await store.get();
  if (tokens) await store.set({ ...tokens, accessToken: "over" });
}

const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => expect.fail("it should have been refused"),
    (error: unknown) => error,
  );

describe("signing in", () => {
  it("keeps the tokens for the calls that follow, and forgets them at logout", async () => {
    const { crm, user, store } = await signedIn();
    expect((await crm.auth.me()).id).toBe(user.id);
    await crm.auth.logout();
    expect(store.get()).toBeNull();
    expect(await failure(crm.auth.me())).toMatchObject({ code: "UNAUTHORIZED", status: 401 });
  });

  it("goes on with the new session after set-password", async () => {
    const { crm, user } = await signedIn();
    const newPassword = "Another-Horse-8";
    await crm.auth.setPassword({ newPassword, confirmPassword: newPassword, currentPassword: TEST_PASSWORD });
    expect((await crm.auth.me()).id).toBe(user.id);
  });

  it("does not take a wrong password for a session that is over", async () => {
    const onSessionEnded = vi.fn();
    const crm = createCrmClient({ baseUrl: server.url, onSessionEnded });
    const error = await failure(crm.auth.login({ username: "nobody", password: "Wrong-Horse-9" }));
    expect(error).toMatchObject({ code: "INVALID_CREDENTIALS", status: 401 });
    expect(onSessionEnded).not.toHaveBeenCalled();
  });

  it("leaves the tokens to cookies when told to", async () => {
    const jar = new Map<string, string>();
    const bodies: string[] = [];
    const browser: Fetch = async (input, init) => {
      const request = new Request(input, init);
      request.headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
      request.headers.set("origin", server.url);
      const response = await fetch(request);
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        jar.set(name, value);
      }
      bodies.push(await response.clone().text());
      return response;
    };
    const { user } = await server.signIn();
    const crm = createCrmClient({ baseUrl: server.url, tokens: "cookie", fetch: browser });
    const answer = await crm.auth.login({ username: user.username, password: TEST_PASSWORD });
    expect(answer.tokens).toBeUndefined();
    const first = jar.get("accessToken");
    jar.set("accessToken", "over");
    expect((await crm.auth.me()).id).toBe(user.id);
    expect(jar.get("accessToken")).not.toBe("over");
    expect(first).toBeTruthy();
    expect(bodies.join()).not.toContain(jar.get("refreshToken"));
  });
});

describe("an access token that is over", () => {
  it("is renewed once, however many calls find it so", async () => {
    const { requests, fetch, count } = recording();
    const { crm, store } = await signedIn({ fetch });
    await outlive(store);
    const answers = await Promise.all(Array.from({ length: 10 }, () => crm.auth.me()));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(count("auth.refresh")).toBe(1);
    expect(requests.filter(({ path }) => path === "auth.me")).toHaveLength(20);
  });

  it("is renewed once also with a store that takes its time, for reading and for writing", async () => {
    const { fetch, count } = recording();
    const { store } = await signedIn();
    const later = <Result>(act: () => Result | Promise<Result>) =>
      new Promise<Result>((resolve) => setTimeout(() => resolve(act()), 20 * Math.random()));
    const slow: TokenStore = {
      get: () => later(() => store.get()),
      set: (tokens) => later(() => store.set(tokens)),
      clear: () => later(() => store.clear()),
    };
    const crm = createCrmClient({ baseUrl: server.url, tokens: slow, fetch });
    await outlive(store);
    await Promise.all(Array.from({ length: 30 }, () => crm.auth.me()));
    expect(count("auth.refresh")).toBe(1);
    await crm.auth.logout();
    expect(store.get()).toBeNull();
  });

  it("ends the session once when the refresh token is refused too", async () => {
    const onSessionEnded = vi.fn();
    const { crm, store } = await signedIn({ onSessionEnded });
    await createCrmClient({ baseUrl: server.url, tokens: memoryTokenStore(await store.get()) }).auth.logout();
    await outlive(store);
    const errors = await Promise.all(Array.from({ length: 5 }, () => failure(crm.auth.me())));
    expect(errors.every((error) => isCrmError(error, "UNAUTHORIZED"))).toBe(true);
    expect(onSessionEnded).toHaveBeenCalledOnce();
    expect(store.get()).toBeNull();
  });

  it("waits for the tokens of another client that was quicker, and leaves its session alone", async () => {
    const { store, user } = await signedIn();
    const onSessionEnded = vi.fn();
    await outlive(store);
    const before = await store.get();
    const quicker = createCrmClient({ baseUrl: server.url, tokens: store });
    await quicker.auth.refresh({});
    // The shared store shows the other one's tokens a little late.
    let reads = 0;
    const shared: TokenStore = { ...store, get: () => (++reads < 5 ? before : store.get()) };
    const { fetch, count } = recording();
    const slower = createCrmClient({ baseUrl: server.url, tokens: shared, fetch, onSessionEnded });
    expect((await slower.auth.me()).id).toBe(user.id);
    expect(count("auth.refresh")).toBe(1);
    expect(onSessionEnded).not.toHaveBeenCalled();
    expect((await quicker.auth.me()).id).toBe(user.id);
  });

  it("renews by hand as it does by itself", async () => {
    const { crm, store } = await signedIn();
    const before = await store.get();
    const { tokens } = await crm.auth.refresh({});
    expect(tokens?.refreshToken).not.toBe(before?.refreshToken);
    expect(tokens).toEqual(await store.get());
  });
});

describe("errors", () => {
  it("carry code, status, details and request id", async () => {
    const { crm } = await signedIn();
    const error = await failure(crm.contacts.add({ email: "nonsense" }));
    expect(isCrmError(error, "VALIDATION_ERROR")).toBe(true);
    expect(isCrmError(error, "NOT_FOUND", "CONFLICT")).toBe(false);
    expect(error).toMatchObject({
      status: 400,
      details: [{ path: "email" }],
      requestId: expect.stringMatching(/.{8,}/),
    });
  });

  it("say that nobody answered, after trying again", async () => {
    const gone = await listen(() => {});
    await gone.close();
    const { fetch, requests } = recording();
    const crm = createCrmClient({ baseUrl: gone.url, fetch, retry: 1 });
    const message = `${gone.url} cannot be reached (ECONNREFUSED).`;
    expect(await failure(crm.auth.me())).toMatchObject({ code: "NETWORK_ERROR", status: null, message });
    expect(requests).toHaveLength(2);
    const told = await new Promise((resolve) => {
      const { close } = crm.events.subscribe({
        onEvent: () => {},
        onError: ({ message }) => {
          close();
          resolve(message);
        },
      });
    });
    expect(told).toBe(message);
  });

  it("tell at once of a base URL that is no address, and none of its secrets", () => {
    const wrong = ["", "127.0.0.1:5000", "localhost:5000", "crm.example.com", "/api", "ftp://crm.example.com"];
    const parts = ["https://eva:secret@crm.example.com", "https://crm.example.com?a", "https://crm.example.com#a"];
    // The last is what plain JavaScript passes where a setting is missing.
    for (const baseUrl of [...wrong, ...parts, undefined as unknown as string]) {
      const create = () => createCrmClient({ baseUrl });
      expect(create).toThrow(TypeError);
      expect(create).toThrow(/^baseUrl must be where the CRM is, /);
      expect(create).not.toThrow(/secret/);
    }
    createCrmClient({ baseUrl: new URL("https://crm.example.com/crm/") });
  });

  it("say in a browser what a page of another origin needs", async () => {
    vi.stubGlobal("location", new URL("https://shop.example/basket"));
    const refused: Fetch = async () => {
      throw new TypeError("Failed to fetch");
    };
    const messageFor = async (baseUrl: string) =>
      ((await failure(createCrmClient({ baseUrl, fetch: refused, retry: 0 }).auth.me())) as Error).message;
    expect(await messageFor("https://crm.example")).toBe(
      "https://crm.example cannot be reached, or its CORS_ORIGIN does not name https://shop.example.",
    );
    expect(await messageFor("https://shop.example/crm")).toBe("https://shop.example/crm cannot be reached.");
    vi.unstubAllGlobals();
  });

  it("name the fields that are missing, and the time to wait", async () => {
    const crm = createCrmClient({ baseUrl: server.url });
    const withoutPassword = crm.auth.login({ username: "jana" } as Parameters<typeof crm.auth.login>[0]);
    expect(await failure(withoutPassword)).toMatchObject({ details: [{ path: "password", message: "is needed" }] });
    const guess = () => failure(crm.auth.login({ username: "guessed", password: "Wrong-Horse-9" }));
    let error = await guess();
    for (let tries = 1; tries < 10 && !isCrmError(error, "RATE_LIMITED"); tries++) error = await guess();
    expect(error).toMatchObject({ code: "RATE_LIMITED", retryAfter: expect.any(Number) });
    expect((error as Error).message).toMatch(/^Too many requests\. Please try again in \d+ minutes\.$/);
  });

  it("say that what answered is not the CRM", async () => {
    const proxy = await listen((_request, response) => response.writeHead(502).end("<h1>Bad gateway</h1>"));
    const crm = createCrmClient({ baseUrl: proxy.url });
    expect(await failure(crm.auth.me())).toMatchObject({ code: "INVALID_RESPONSE", status: 502 });
    await proxy.close();
  });

  it("say that it took too long", async () => {
    const mute = await listen(() => {});
    const crm = createCrmClient({ baseUrl: mute.url });
    expect(await failure(crm.auth.me({ timeout: 50 }))).toMatchObject({ code: "TIMEOUT" });
    await mute.close();
  });

  it("are the signal's reason when the caller ended the call", async () => {
    const mute = await listen(() => {});
    const crm = createCrmClient({ baseUrl: mute.url });
    const controller = new AbortController();
    const call = failure(crm.auth.me({ signal: controller.signal }));
    const reason = new Error("changed my mind");
    controller.abort(reason);
    expect(await call).toBe(reason);
    await mute.close();
  });
});

describe("what is tried again", () => {
  /** Counts the requests that it answers so. */
  const counting = async (handler: Parameters<typeof listen>[0]) => {
    let requests = 0;
    const { url, close } = await listen((request, response) => {
      requests += 1;
      handler(request, response);
    });
    return { url, close, requests: () => requests };
  };
  const busy = (retryAfter: number) => (_request: unknown, response: ServerResponse) =>
    response
      .writeHead(503, { "retry-after": String(retryAfter), "content-type": "application/json" })
      .end(JSON.stringify({ error: { json: { message: "Busy.", code: -32603, data: { reason: "OVERLOADED" } } } }));

  it("are reads and writes with a key, as often as one likes, and never a sign-in", async () => {
    const lossy = await counting((request) => request.socket.destroy());
    const calls: [requests: number, call: (crm: CrmClient) => Promise<unknown>][] = [
      [3, (crm) => crm.contacts.list()],
      [3, (crm) => crm.contacts.add({ email: "eva@example.com" })],
      [1, (crm) => crm.auth.login({ username: "jana", password: "Correct-Horse-7" })],
      [1, (crm) => crm.auth.updateMe({ firstName: "Jana" })],
      [1, (crm) => crm.profiles.create({ name: "Jana Nová", email: "jana@example.com", password: "Correct-Horse-7" })],
    ];
    for (const [expected, call] of calls) {
      const before = lossy.requests();
      expect(await failure(call(createCrmClient({ baseUrl: lossy.url })))).toMatchObject({ code: "NETWORK_ERROR" });
      expect(lossy.requests() - before).toBe(expected);
    }
    await failure(createCrmClient({ baseUrl: lossy.url, retry: 0 }).contacts.list());
    expect(lossy.requests()).toBe(10);
    await lossy.close();
  });

  it("is not what ran into its time, nor what the server wants to hear of much later", async () => {
    const mute = await counting(() => {});
    await failure(createCrmClient({ baseUrl: mute.url }).contacts.list({}, { timeout: 50 }));
    expect(mute.requests()).toBe(1);
    const soon = await counting(busy(1));
    await failure(createCrmClient({ baseUrl: soon.url, retry: 1 }).contacts.list());
    expect(soon.requests()).toBe(2);
    const later = await counting(busy(11));
    const error = await failure(createCrmClient({ baseUrl: later.url }).contacts.list());
    expect(error).toMatchObject({ code: "OVERLOADED", status: 503, retryAfter: 11 });
    expect(later.requests()).toBe(1);
    await Promise.all([mute.close(), soon.close(), later.close()]);
  });
});

describe("writes", () => {
  it("happen once when the answer is lost on the way", async () => {
    let lose = false;
    const { fetch, requests } = recording(async (input, init) => {
      const response = await globalThis.fetch(input, init);
      if (!lose) return response;
      lose = false;
      throw new TypeError("the connection was lost");
    });
    const { crm } = await signedIn({ fetch });
    lose = true;
    const { contact } = await crm.contacts.add({ email: "once@example.test" });
    const tries = requests.filter(({ path }) => path === "contacts.add");
    expect(tries).toHaveLength(2);
    expect(new Set(tries.map(({ key }) => key)).size).toBe(1);
    const { items } = await crm.contacts.list();
    expect(items.map(({ id }) => id)).toEqual([contact.id]);
  });

  it("answer alike for a key that is given twice, and have keys of their own otherwise", async () => {
    const { crm } = await signedIn();
    const input = { email: "twice@example.test" };
    const first = await crm.contacts.add(input, { idempotencyKey: "a key of mine" });
    expect(await crm.contacts.add(input, { idempotencyKey: "a key of mine" })).toEqual(first);
    expect(await failure(crm.contacts.add(input))).toMatchObject({ code: "CONTACT_EXISTS", status: 409 });
  });
});

describe("lists", () => {
  it("walk all pages, fetching them as one goes along", async () => {
    const { fetch, count } = recording();
    const { crm, user } = await signedIn({ fetch });
    for (let index = 0; index < 25; index++) await createContact(server.database.db, user);
    const seen = new Set<string>();
    for await (const { id } of crm.contacts.list.all({ limit: 10 })) {
      if (seen.size === 0) expect(count("contacts.list")).toBe(1);
      seen.add(id);
    }
    expect(seen.size).toBe(25);
    expect(count("contacts.list")).toBe(3);
  });

  it("walk lists that take no input", async () => {
    const { crm } = await signedIn();
    const sessions = [];
    for await (const session of crm.auth.sessions.list.all()) sessions.push(session);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
  });
});

async function listen(handler: Parameters<typeof createServer>[1] & {}) {
  const http: Server = createServer(handler);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      http.close(() => resolve());
      http.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, close };
}
