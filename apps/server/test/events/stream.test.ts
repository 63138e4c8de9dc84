import { createContact, createUser } from "@crm/db/testing";
import { type Actor, createApiKey, updateContact } from "@crm/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestServer } from "../http/start-test-server.ts";
import { type FollowedFeed, followFeed } from "./follow-feed.ts";
import { startTwoProcesses } from "./start-two-processes.ts";

let processes: Awaited<ReturnType<typeof startTwoProcesses>>;
let here: TestServer;
let there: TestServer;
beforeAll(async () => {
  processes = await startTwoProcesses();
  ({ here, there } = processes);
});
afterAll(() => processes.stop());

type Person = Awaited<ReturnType<typeof somebody>>;

async function somebody(server = here) {
  const { user, accessToken: token } = await server.signIn();
  const caller = { requestId: "test", ipAddress: null, userAgent: null };
  const { organizationId, id: userId, username, role } = user;
  const actor: Actor = { ...caller, organizationId, userId, username, role, sessionId: null, passwordDue: false };
  return { user, token, actor };
}

/** One contact that is changed again and again: each time an event, with the number in its notes. */
async function noteTaker({ user, actor }: Pick<Person, "user" | "actor">, server = here) {
  const { id } = await createContact(server.database.db, user);
  return (note: number) => updateContact(server.dependencies, actor, { id, notes: String(note) });
}

const notes = async (feed: FollowedFeed, count: number) => {
  const seen: number[] = [];
  while (seen.length < count) seen.push(Number((await feed.until("contact.updated")).data.data.notes));
  return seen;
};

describe("the stream", () => {
  it("tells what happens, under the type's name, as the page of JSON has it", async () => {
    const person = await somebody();
    const { token } = person;
    const feed = await followFeed(here.url, { token });
    expect(feed.status).toBe(200);
    expect(feed.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(feed.headers.get("cache-control")).toBe("no-store, no-transform");
    const added = await here.json("POST", "/api/contacts", { token, body: { email: "jan@example.test" } });
    const block = await feed.next();
    expect(block).toEqual({
      id: block?.data.id,
      event: "contact.added",
      data: {
        id: expect.stringMatching(/^\d+$/),
        type: "contact.added",
        occurredAt: expect.stringMatching(/^\d{4}-.*Z$/),
        data: added.body.data.contact,
      },
    });
    const page = await here.json("GET", "/api/events?after=", { token });
    expect(page.body).toEqual({ success: true, data: [block?.data], meta: { nextCursor: null } });
    feed.close();
  });

  it("tells nobody what is somebody else's", async () => {
    const [one, other] = [await somebody(), await somebody()];
    const feed = await followFeed(here.url, { token: one.token });
    await (await noteTaker(other))(1);
    await (await noteTaker(one))(2);
    expect(await notes(feed, 1)).toEqual([2]);
    feed.close();
  });

  it("is woken by what another process writes", async () => {
    const person = await somebody();
    const feed = await followFeed(there.url, { token: person.token });
    const take = await noteTaker(person);
    for (const note of [1, 2, 3]) {
      await take(note);
      expect(await notes(feed, 1)).toEqual([note]);
    }
    feed.close();
  });

  it("goes on behind the last event that was seen, also in another process", async () => {
    const person = await somebody();
    const take = await noteTaker(person);
    const first = await followFeed(here.url, { token: person.token });
    for (const note of [1, 2, 3]) await take(note);
    await notes(first, 2);
    first.close();
    await take(4);
    const second = await followFeed(there.url, { token: person.token, lastEventId: first.lastEventId() ?? "" });
    await take(5);
    expect(await notes(second, 3)).toEqual([3, 4, 5]);
    second.close();
  });

  it("has a place to go on from before anything has happened", async () => {
    const person = await somebody();
    const first = await followFeed(here.url, { token: person.token });
    // The place comes with the first bytes, which the first event pushes through the reader.
    await (await noteTaker(person))(1);
    const { id } = await first.until("contact.updated");
    first.close();
    expect(Number(id)).toBeGreaterThan(0);
    const response = await here.fetch("/api/events", { headers: { authorization: `Bearer ${person.token}` } });
    const reader = response.body?.getReader();
    const start = Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(start).toBe(`retry: 2000\n: position ${id}\nid: ${id}\n\n`);
    await reader?.cancel();
  });

  it("misses nothing while the connection that listens is lost", async () => {
    const person = await somebody();
    const take = await noteTaker(person);
    const feed = await followFeed(there.url, { token: person.token });
    await take(1);
    expect(await notes(feed, 1)).toEqual([1]);
    const lost = await here.database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query IN ('SELECT', 'LISTEN \"crm_feed\"')",
    );
    expect(lost.rowCount).toBeGreaterThan(0);
    await take(2);
    expect(await notes(feed, 1)).toEqual([2]);
    feed.close();
  });

  it("says so where events are not kept any more, and goes on from now", async () => {
    const person = await somebody();
    const take = await noteTaker(person);
    await take(1);
    await take(2);
    const { body } = await here.json("GET", "/api/events?after=0", { token: person.token });
    const [first, second] = body.data;
    await here.database.pool.query(
      "UPDATE events SET occurred_at = now() - interval '30 days 1 hour' WHERE sequence = $1",
      [first.id],
    );
    for (const lastEventId of [first.id, "999999999999999", String(Number(first.id) - 1)]) {
      const feed = await followFeed(here.url, { token: person.token, lastEventId });
      const reset = await feed.next();
      expect(reset).toMatchObject({ id: second.id, event: "reset", data: { id: second.id, type: "reset" } });
      await take(3);
      expect(await notes(feed, 1)).toEqual([3]);
      feed.close();
      const page = await here.json("GET", `/api/events?after=${lastEventId}`, { token: person.token });
      expect([page.status, page.body.code]).toEqual([422, "EVENTS_EXPIRED"]);
      await here.database.pool.query("DELETE FROM events WHERE sequence > $1", [second.id]);
    }
  });

  it("refuses what is no id, an unknown type and a stranger", async () => {
    const { token } = await somebody();
    for (const lastEventId of ["abc", "-1", "1e3", "9".repeat(16)]) {
      expect((await followFeed(here.url, { token, lastEventId })).status, lastEventId).toBe(400);
    }
    expect((await followFeed(here.url, { token, path: "/api/events?types=nothing" })).status).toBe(400);
    expect((await followFeed(here.url, { token, path: "/api/events?user=1" })).status).toBe(400);
    expect((await followFeed(here.url)).status).toBe(401);
    expect((await here.json("POST", "/api/events", { token, body: {} })).status).toBe(405);
  });

  it("may be open ten times for a user, and once more when one is closed", async () => {
    const { token } = await somebody();
    const feeds = await Promise.all(Array.from({ length: 10 }, () => followFeed(here.url, { token })));
    expect(feeds.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const refused = await followFeed(here.url, { token });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "15"]);
    feeds[0]?.close();
    await expect.poll(async () => (await followFeed(here.url, { token })).status).toBe(200);
    for (const feed of feeds) feed.close();
  });
});

describe("a page of JSON", () => {
  it("leads from page to page, and is asked for by Accept too", async () => {
    const person = await somebody();
    const take = await noteTaker(person);
    for (const note of [1, 2, 3, 4, 5]) await take(note);
    const get = (path: string, headers = {}) => here.json("GET", path, { token: person.token, headers });
    const all = await get("/api/events", { accept: "application/json" });
    expect(all.body.data.map((event: { data: { notes: string } }) => event.data.notes)).toEqual([..."12345"]);
    const first = await get("/api/events?after=0&limit=2");
    expect(first.body.data).toEqual(all.body.data.slice(0, 2));
    expect(first.body.meta.nextCursor).toBe(first.body.data[1].id);
    for (const name of ["cursor", "after"]) {
      const second = await get(`/api/events?${name}=${first.body.meta.nextCursor}&limit=3`);
      expect(second.body).toMatchObject({ data: all.body.data.slice(2), meta: { nextCursor: null } });
    }
    expect((await get("/api/events?after=x")).status).toBe(400);
    expect((await get("/api/events?cursor=x")).status).toBe(400);
  });
});

describe("an API key", () => {
  it("is told what its scopes let it see", async () => {
    const person = await somebody();
    const key = async (...scopes: Parameters<typeof createApiKey>[2]["scopes"][number][]) =>
      (await createApiKey(here.dependencies, person.actor, { name: "key", scopes })).key;
    const contacts = await key("contacts:read");
    const feed = await followFeed(here.url, { token: contacts });
    const { body } = await here.json("GET", "/api/auth/sessions", { token: person.token });
    const other = (await here.json("POST", "/api/auth/login", {
      body: { username: person.user.username, password: "Correct-Horse-7" },
    })) as { body: { data: { tokens: { accessToken: string } } } };
    await here.json("DELETE", `/api/auth/sessions/${body.data[0].id}`, { token: other.body.data.tokens.accessToken });
    await (await noteTaker(person))(1);
    expect(await feed.next()).toMatchObject({ event: "contact.updated" });
    feed.close();
    const status = async (token: string, path = "/api/events") => (await followFeed(here.url, { token, path })).status;
    expect(await status(await key("emails:read"), "/api/events?types=contact.added")).toBe(403);
    expect(await status(contacts, "/api/events?types=session.revoked&after=0")).toBe(403);
    expect(await status(await key("contacts:write", "emails:write"))).toBe(403);
  });
});

describe("a stream ends with the right to read it, in every process", () => {
  const newPassword = "Another-Horse-8";
  const ways: Record<string, (person: Person, admin: Person) => Promise<{ status: number }>> = {
    logout: ({ token }) => here.json("POST", "/api/auth/logout", { token }),
    "a revoked session": async ({ token, user }) => {
      const { body } = await here.json("GET", "/api/auth/sessions", { token });
      const login = { username: user.username, password: "Correct-Horse-7" };
      const other = await here.json("POST", "/api/auth/login", { body: login });
      return here.json("DELETE", `/api/auth/sessions/${body.data[0].id}`, {
        token: other.body.data.tokens.accessToken,
      });
    },
    "a new password": ({ token }) =>
      here.json("POST", "/api/auth/set-password", {
        token,
        body: { newPassword, confirmPassword: newPassword, currentPassword: "Correct-Horse-7" },
      }),
    "a password that an admin resets": ({ user }, { token }) =>
      here.json("POST", `/api/admin/users/${user.id}/reset-password`, { token }),
    "a new role": ({ user }, { token }) =>
      here.json("PATCH", `/api/admin/users/${user.id}/role`, { token, body: { role: "admin" } }),
    "the user's deletion": ({ user }, { token }) => here.json("DELETE", `/api/admin/users/${user.id}`, { token }),
  };

  let admin: Person;
  beforeAll(async () => {
    const user = await createUser(here.database.db, here.organization, { role: "admin" });
    const { body } = await here.json("POST", "/api/auth/login", {
      body: { username: user.username, password: "Correct-Horse-7" },
    });
    admin = { user, token: body.data.tokens.accessToken } as Person;
  });

  it.each(Object.keys(ways))("%s", async (way) => {
    const person = await somebody();
    const feeds = await Promise.all(
      [here, there].flatMap(({ url }) => [
        followFeed(url, { token: person.token }),
        followFeed(url, { token: person.token, path: "/trpc/events.stream" }),
      ]),
    );
    const bystander = await followFeed(there.url, { token: admin.token });
    const ended = Promise.all(feeds.map((feed) => feed.ended(5_000)));
    expect((await ways[way]?.(person, admin))?.status).toBe(200);
    await ended;
    await (await noteTaker({ user: admin.user, actor: { ...person.actor, userId: admin.user.id } }))(1);
    expect(await bystander.next()).toMatchObject({ event: "contact.updated" });
    bystander.close();
  });

  it("an API key that is taken back", async () => {
    const { actor, token } = await somebody();
    const { key, apiKey } = await createApiKey(here.dependencies, actor, { name: "key", scopes: ["emails:read"] });
    const feed = await followFeed(there.url, { token: key });
    const ended = feed.ended(5_000);
    await here.json("DELETE", `/api/auth/api-keys/${apiKey.id}`, { token });
    await ended;
  });
});

describe("over tRPC", () => {
  it("the same comes as a subscription, which goes on from its last id", async () => {
    const person = await somebody();
    const path = "/trpc/events.stream";
    const first = await followFeed(here.url, { token: person.token, path });
    expect(await first.next()).toMatchObject({ event: "connected" });
    const take = await noteTaker(person);
    await take(1);
    const block = await first.next();
    expect(block).toMatchObject({ event: null, data: { json: { id: block?.id, type: "contact.updated" } } });
    first.close();
    await take(2);
    const input = encodeURIComponent(JSON.stringify({ json: { types: ["contact.updated"] } }));
    const again = `${path}?input=${input}&lastEventId=${block?.id}`;
    const second = await followFeed(there.url, { token: person.token, path: again });
    await second.next();
    expect(await second.next()).toMatchObject({ data: { json: { data: { notes: "2" } } } });
    second.close();
  });

  it("refusals come as tRPC's clients know them", async () => {
    const { token } = await somebody();
    const path = "/trpc/events.stream";
    const refusal = async (options: Parameters<typeof followFeed>[1]) =>
      (await (await followFeed(here.url, { path, ...options })).until("serialized-error")).data.json.data.reason;
    expect(await refusal({})).toBe("UNAUTHORIZED");
    expect(await refusal({ token, lastEventId: "abc" })).toBe("VALIDATION_ERROR");
    const feed = await followFeed(here.url, { token, path });
    await here.json("POST", "/api/auth/logout", { token });
    expect((await feed.until("serialized-error")).data.json.data).toMatchObject({ reason: "UNAUTHORIZED" });
  });
});
