import { setTimeout as wait } from "node:timers/promises";
import { mailAccounts, mailWatches } from "@crm/db";
import { mailServerCases, startDemoServer, type TestMailServer } from "@crm/jmap/testing";
import { addContact, type Dependencies, listEmails, syncDueAccounts, watchMailboxes } from "@crm/services";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { type Desk, link, openDesk, syncAll } from "./open-desk.ts";

const VIP = "vip@zakaznik.test";
const message = (subject: string) =>
  Buffer.from(
    `Date: ${new Date().toUTCString()}\r\nMessage-ID: <${Math.random()}@x.test>\r\nFrom: ${VIP}\r\nTo: me@x.test\r\n` +
      `Subject: ${subject}\r\n\r\nDobrý deň\r\n`,
  );

describe("a mail server that pushes", () => {
  let server: TestMailServer;
  let desk: Desk;
  let watchers: { stop: AbortController; done: Promise<void> }[];
  beforeAll(async () => {
    server = await startDemoServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    watchers = [];
    desk = await openDesk(server);
    await link(desk);
    await syncAll(desk);
    await addContact(desk.dependencies, desk.actor, { email: VIP });
    await syncAll(desk);
  });
  afterEach(async () => {
    for (const { stop } of watchers) stop.abort();
    await Promise.all(watchers.map(({ done }) => done));
    await desk.close();
  });

  function watch(dependencies: Dependencies = desk.dependencies) {
    const stop = new AbortController();
    const watcher = { stop, done: watchMailboxes(dependencies, { signal: stop.signal, interval: 50 }) };
    watchers.push(watcher);
    return watcher;
  }
  const subjects = async () => {
    const { items } = await listEmails(desk.dependencies, desk.actor, { limit: 100 });
    return items.map(({ subject }) => subject);
  };
  /** Nobody syncs here but who is told to by a push. */
  const arrives = (subject: string) => vi.waitFor(async () => expect(await subjects()).toContain(subject), 10_000);
  const holder = async () => (await desk.database.db.select().from(mailWatches))[0]?.holder;

  it("brings new mail into the mirror without anybody asking", async () => {
    watch();
    await server.deliver(desk.mailbox, message("prvá"));
    await arrives("prvá");
    await Promise.all(["druhá", "tretia", "štvrtá"].map((subject) => server.deliver(desk.mailbox, message(subject))));
    await Promise.all(["druhá", "tretia", "štvrtá"].map(arrives));
    await expectMirrorToEqualMailbox(desk);
  });

  it("brings in at once what came while nobody listened", async () => {
    await server.deliver(desk.mailbox, message("medzitým"));
    watch();
    await arrives("medzitým");
  });

  it("is listened to by one process, and by another when that one stops", async () => {
    const first = watch();
    await vi.waitFor(async () => expect(await holder()).toBeDefined());
    const firstHolder = await holder();
    watch(desk.withMailServer(server.sessionUrl));
    // Several rounds of the second's claiming.
    await wait(300);
    expect(await holder()).toBe(firstHolder);
    first.stop.abort();
    await first.done;
    await vi.waitFor(async () => expect(await holder()).toSatisfy((id) => id !== undefined && id !== firstHolder));
    await server.deliver(desk.mailbox, message("po výmene"));
    await arrives("po výmene");
  });

  it("is taken over from a process that died", async () => {
    const { db } = desk.database;
    const [account] = await db.select().from(mailAccounts);
    if (!account) throw new Error("no account");
    const dead = "01900000-0000-7000-8000-00000000dead";
    const { organizationId, id: mailAccountId } = account;
    const until = new Date(Date.now() + 1_000).toISOString();
    await db.insert(mailWatches).values({ organizationId, mailAccountId, holder: dead, until });
    watch();
    await vi.waitFor(async () => expect(await holder()).not.toBe(dead), 10_000);
    await server.deliver(desk.mailbox, message("po smrti"));
    await arrives("po smrti");
  });

  it("is listened to anew with another password, and no more once the account is unlinked", async () => {
    watch();
    await server.deliver(desk.mailbox, message("so starým"));
    await arrives("so starým");
    // The same password, encrypted anew: what the watch stands on has changed.
    await link(desk);
    await server.deliver(desk.mailbox, message("s novým"));
    await arrives("s novým");
    await desk.database.db.delete(mailAccounts);
    expect(await holder()).toBeUndefined();
  });
});

describe("a mail server without push", () => {
  for (const { name, isMissing, open } of mailServerCases(inject("cyrus")).filter(({ name }) => name !== "demo-mail")) {
    it.skipIf(isMissing)(`${name} is left to the schedule, and watching it does no harm`, async () => {
      const server = await open();
      const desk = await openDesk(server);
      await link(desk);
      await syncAll(desk);
      const stop = new AbortController();
      const done = watchMailboxes(desk.dependencies, { signal: stop.signal, interval: 50 });
      await vi.waitFor(async () => expect(await desk.database.db.$count(mailWatches)).toBe(1));
      await server.deliver(desk.mailbox, message("podľa rozvrhu"));
      expect(await syncDueAccounts(desk.dependencies)).toBe(1);
      await expectMirrorToEqualMailbox(desk);
      stop.abort();
      await done;
      await desk.close();
      await server.stop();
    });
  }
});
