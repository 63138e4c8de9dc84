import { mailAccounts, mailSyncProblems, mailSyncs } from "@crm/db";
import { getMailboxes, queryEmails, setEmails } from "@crm/jmap";
import { generateMessages, mailServerCases } from "@crm/jmap/testing";
import { addContact, getSyncStatus, listEmails, removeContact, syncDueAccounts, syncNow } from "@crm/services";
import { sql } from "drizzle-orm";
import { describe, expect, inject, it } from "vitest";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { deskForEachTest, link, syncAll } from "./open-desk.ts";

const VIP = "vip@zakaznik.test";
const raw = (fields: Record<string, string>, body = "Dobrý deň") =>
  Buffer.from(
    `${Object.entries({ Date: new Date().toUTCString(), "Message-ID": `<${Math.random()}@x.test>`, ...fields })
      .map(([name, value]) => `${name}: ${value}`)
      .join("\r\n")}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n`,
  );

const isOlder = inject("postgresVersion") !== "18";
const cases = mailServerCases(inject("cyrus")).filter(({ name }) => !isOlder || name === "demo-mail");

for (const { name, isMissing, open } of cases) {
  describe.skipIf(isMissing)(`the mirror of a mailbox at ${name}`, () => {
    const { server, desk } = deskForEachTest(open);

    const fill = (count: number, vipCount: number) =>
      server.append(desk.mailbox, generateMessages({ count, owner: desk.mailbox.username, vip: VIP, vipCount }));
    const add = (email: string) => addContact(desk.dependencies, desk.actor, { email });
    const mailboxId = async (role: string) => {
      const { list } = await getMailboxes(desk.client);
      return list.find((mailbox) => mailbox.role === role)?.id ?? "";
    };

    it("holds all mail that contacts are in, however they are addressed, and nothing else", async () => {
      await fill(600, 150);
      await link(desk);
      await syncAll(desk);
      const { contact, sync } = await add("VIP@zakaznik.test");
      expect(sync).toEqual({ status: "completed", synced: 150 });
      expect(contact).toMatchObject({ email: "VIP@zakaznik.test", name: "Žaneta Dôležitá", emailCount: 150 });
      await expectMirrorToEqualMailbox(desk);
    });

    it("is empty for an empty mailbox", async () => {
      await link(desk);
      expect(await syncAll(desk)).toEqual({ status: "completed", created: 0, updated: 0, destroyed: 0 });
      expect((await add(VIP)).sync).toEqual({ status: "completed", synced: 0 });
      await expectMirrorToEqualMailbox(desk);
    });

    it("follows new mail, flags, moves and deletions at the server", async () => {
      await fill(120, 60);
      await link(desk);
      await add(VIP);
      await syncAll(desk);
      const { items } = await listEmails(desk.dependencies, desk.actor, { limit: 100 });
      const [read, trashed, destroyed] = items.filter((email) => !email.isRead || email.direction === "outbound");
      if (!read || !trashed || !destroyed) throw new Error("too little mail");
      const trash = await mailboxId("trash");
      await setEmails(desk.client, {
        update: {
          [read.jmapId]: { "keywords/$seen": read.isRead ? null : true, "keywords/$flagged": true },
          [trashed.jmapId]: { mailboxIds: { [trash]: true } },
        },
        destroy: [destroyed.jmapId],
      });
      await server.deliver(desk.mailbox, raw({ From: `Žaneta <${VIP}>`, To: desk.mailbox.username, Subject: "nová" }));
      await server.deliver(
        desk.mailbox,
        raw({ From: "cudzi@inde.test", To: desk.mailbox.username, Subject: "cudzia" }),
      );
      expect(await syncAll(desk)).toEqual({ status: "completed", created: 1, updated: 1, destroyed: 2 });
      await expectMirrorToEqualMailbox(desk);

      await setEmails(desk.client, {
        update: { [trashed.jmapId]: { mailboxIds: { [await mailboxId("inbox")]: true } } },
      });
      expect(await syncAll(desk)).toEqual({ status: "completed", created: 1, updated: 0, destroyed: 0 });
      await expectMirrorToEqualMailbox(desk);
      expect(await syncAll(desk)).toEqual({ status: "completed", created: 0, updated: 0, destroyed: 0 });
    });

    it("is made anew when the server has forgotten what changed since", async () => {
      await fill(80, 40);
      await link(desk);
      await add(VIP);
      await syncAll(desk);
      const { items } = await listEmails(desk.dependencies, desk.actor, { limit: 10 });
      await setEmails(desk.client, { destroy: items.map((email) => email.jmapId) });
      await server.expire(desk.mailbox);
      await server.deliver(desk.mailbox, raw({ From: VIP, To: desk.mailbox.username, Subject: "po výmaze" }));
      expect(await syncAll(desk)).toMatchObject({ created: 1, destroyed: 10 });
      await expectMirrorToEqualMailbox(desk);
    });

    it("is made anew for a state that the server never gave", async () => {
      await fill(40, 20);
      await link(desk);
      await add(VIP);
      await syncAll(desk);
      await desk.database.db.update(mailSyncs).set({ emailState: "no-such-state" });
      await server.deliver(desk.mailbox, raw({ From: VIP, To: desk.mailbox.username, Subject: "nová" }));
      expect(await syncAll(desk)).toMatchObject({ created: 1 });
      await expectMirrorToEqualMailbox(desk);
    });

    it("starts over when the address leads to another account", async () => {
      await fill(40, 20);
      await link(desk);
      await add(VIP);
      await syncAll(desk);
      await desk.database.db.update(mailAccounts).set({ jmapAccountId: "another" });
      expect(await syncAll(desk)).toMatchObject({ created: 20 });
      await expectMirrorToEqualMailbox(desk);
    });

    it("shares a message between the contacts in it, and lets it go with the last of them", async () => {
      await link(desk);
      const both = { From: VIP, To: `${desk.mailbox.username}, druhy@zakaznik.test`, Subject: "spoločná" };
      await server.deliver(desk.mailbox, raw(both));
      await server.deliver(desk.mailbox, raw({ ...both, To: desk.mailbox.username, Subject: "len moja" }));
      await syncAll(desk);
      const first = await add(VIP);
      const second = await add("druhy@zakaznik.test");
      expect([first.contact.emailCount, second.contact.emailCount]).toEqual([2, 1]);
      await expectMirrorToEqualMailbox(desk);
      await removeContact(desk.dependencies, desk.actor, { id: first.contact.id });
      await expectMirrorToEqualMailbox(desk);
      await removeContact(desk.dependencies, desk.actor, { id: second.contact.id });
      await expectMirrorToEqualMailbox(desk);
      const { ids } = await queryEmails(desk.client, {});
      expect(ids).toHaveLength(2);
    });

    it("runs one sync at a time, however many are asked for, and counts nothing twice", async () => {
      await fill(300, 150);
      await link(desk);
      await add(VIP);
      await syncAll(desk);
      for (let nth = 0; nth < 5; nth++) {
        await server.deliver(desk.mailbox, raw({ From: VIP, To: desk.mailbox.username, Subject: `nová ${nth}` }));
      }
      const answers = await Promise.all(Array.from({ length: 20 }, () => syncNow(desk.dependencies, desk.actor)));
      const created = answers.map((answer) => (answer.status === "completed" ? answer.created : 0));
      expect(created.reduce((sum, count) => sum + count)).toBe(5);
      await expectMirrorToEqualMailbox(desk);
    });

    it("takes over from a process that died holding the sync", async () => {
      await fill(30, 10);
      await link(desk);
      await syncAll(desk);
      await desk.database.db.execute(
        sql`UPDATE mail_syncs SET lease_holder = gen_random_uuid(), lease_until = now() - interval '1 second'`,
      );
      expect((await add(VIP)).sync).toEqual({ status: "completed", synced: 10 });
      await expectMirrorToEqualMailbox(desk);
    });

    it("says in words that the server is away, and comes back by itself", async () => {
      await fill(20, 10);
      await link(desk);
      await syncAll(desk);
      // A port of ours that nobody listens on.
      const away = desk.withMailServer("http://127.0.0.1:9/jmap");
      await expect(syncNow(away, desk.actor)).rejects.toMatchObject({ code: "MAIL_SERVER_UNAVAILABLE" });
      expect(await getSyncStatus(desk.dependencies, desk.actor)).toMatchObject({
        status: "error",
        lastError: { code: "MAIL_SERVER_UNAVAILABLE", message: expect.stringMatching(/cannot be reached/) },
      });
      expect(await syncDueAccounts(desk.dependencies)).toBe(0);
      await desk.database.db.update(mailSyncs).set({ retryAt: new Date(Date.now() - 1000).toISOString() });
      expect(await syncDueAccounts(desk.dependencies)).toBe(1);
      expect(await getSyncStatus(desk.dependencies, desk.actor)).toMatchObject({ status: "idle", lastError: null });
      await expectMirrorToEqualMailbox(desk);
    });

    it("survives headers that are missing, empty or nonsense", async () => {
      await link(desk);
      const odd = [
        `From: ${VIP}\r\n\r\nonly a sender\r\n`,
        `From: ${VIP}\r\nSubject:\r\nDate: nonsense\r\nTo: undisclosed-recipients:;\r\n\r\n\r\n`,
        `From: =?utf-8?Q?=00=ED=A0=80?= <${VIP}>\r\nSubject: =?utf-8?B?AAAA?= \xe9\xff\r\nMessage-ID: <>\r\n\r\n\x01\xff\r\n`,
        `From: ${VIP}, ${VIP.toUpperCase()}\r\nTo: <>, "a@b" <@>\r\nContent-Type: multipart/mixed\r\n\r\nno boundary\r\n`,
      ];
      for (const text of odd)
        await server.append(desk.mailbox, [{ raw: Buffer.from(text, "latin1"), mailbox: "INBOX" }]);
      await syncAll(desk);
      expect((await add(VIP)).sync).toEqual({ status: "completed", synced: odd.length });
      expect(await desk.database.db.select().from(mailSyncProblems)).toEqual([]);
    });
  });
}
