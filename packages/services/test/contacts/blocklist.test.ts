import { mailSyncs, mirrorReleases } from "@crm/db";
import { generateMessages, mailServerCases } from "@crm/jmap/testing";
import {
  addContact,
  blockAddress,
  discoverContacts,
  getContact,
  listBlocklist,
  listEmails,
  mergeContacts,
  removeContact,
  unblockAddress,
} from "@crm/services";
import { describe, expect, inject, it } from "vitest";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { deskForEachTest, link, syncAll } from "../mail/open-desk.ts";

const VIP = "vip@zakaznik.test";
const FRIEND = "priatel@zakaznik.test";
const SPAM = "spam@reklama.test";

for (const { name, isMissing, open } of mailServerCases(inject("cyrus"))) {
  describe.skipIf(isMissing)(`blocking, with mail at ${name}`, () => {
    const { server, desk } = deskForEachTest(open);

    let count = 0;
    const deliver = (from: string, { cc, reference }: { cc?: string; reference?: number } = {}) =>
      server.deliver(
        desk.mailbox,
        Buffer.from(
          `From: ${from}\r\nTo: ${desk.mailbox.username}\r\n${cc ? `Cc: ${cc}\r\n` : ""}` +
            `Message-ID: <b${++count}@x.test>\r\n${reference ? `References: <b${reference}@x.test>\r\n` : ""}` +
            `Subject: ${reference ? "Re: vec" : "vec"}\r\n\r\nAhoj\r\n`,
        ),
      );
    const add = async (email: string) => (await addContact(desk.dependencies, desk.actor, { email })).contact;
    const get = (id: string) => getContact(desk.dependencies, desk.actor, { id });
    const block = (pattern: string) => blockAddress(desk.dependencies, desk.actor, { pattern });
    const discovered = async () => {
      const { items } = await discoverContacts(desk.dependencies, desk.actor, { limit: 100 });
      return items.map(({ email }) => email);
    };

    it("hides an address from discovery and its mail from the mirror, until it is unblocked", async () => {
      await deliver(VIP);
      await deliver(SPAM);
      await link(desk);
      await syncAll(desk);
      const [vip, spam] = [await add(VIP), await add(SPAM)];
      await syncAll(desk);
      const entry = await block("SPAM@reklama.test");
      expect(entry.pattern).toBe(SPAM);
      expect(await discovered()).toEqual([VIP]);
      expect(await get(spam.id)).toMatchObject({ emailCount: 0, unreadCount: 0, lastEmailDate: null });
      await expectMirrorToEqualMailbox(desk);
      await deliver(SPAM);
      await deliver(SPAM, { cc: VIP });
      expect(await syncAll(desk)).toMatchObject({ created: 1 });
      await expectMirrorToEqualMailbox(desk);
      expect((await get(vip.id)).emailCount).toBe(2);

      await unblockAddress(desk.dependencies, desk.actor, { id: entry.id });
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
      expect((await get(spam.id)).emailCount).toBe(3);
      expect((await discovered()).sort()).toEqual([SPAM, VIP].sort());
    });

    it("hides a message in a contact's thread only if no contact is among its people", async () => {
      await deliver(VIP, { cc: SPAM });
      await deliver(SPAM, { reference: count });
      await deliver(SPAM, { cc: VIP, reference: count });
      await link(desk);
      await syncAll(desk);
      await add(VIP);
      await add(SPAM);
      await syncAll(desk);
      const seen = async () => {
        const { items } = await listEmails(desk.dependencies, desk.actor, { limit: 10 });
        return items.map(({ messageId }) => messageId).sort();
      };
      const [first, second, third] = [count - 2, count - 1, count].map((number) => `<b${number}@x.test>`);
      expect(await seen()).toEqual([first, second, third]);
      await block("@reklama.test");
      expect(await seen()).toEqual([first, third]);
      await expectMirrorToEqualMailbox(desk);
    });

    it("takes a domain without its subdomains, and never what is only like it", async () => {
      for (const from of [VIP, "a@pod.zakaznik.test", "a@inyzakaznik.test", "zakaznik.test@inde.test"])
        await deliver(from);
      await link(desk);
      await syncAll(desk);
      await block("@ZAKAZNIK.test");
      expect((await discovered()).sort()).toEqual([
        "a@inyzakaznik.test",
        "a@pod.zakaznik.test",
        "zakaznik.test@inde.test",
      ]);
      const { contact, sync } = await addContact(desk.dependencies, desk.actor, { email: VIP });
      expect(sync).toEqual({ status: "completed", synced: 0 });
      expect((await get(contact.id)).emailCount).toBe(0);
      await expectMirrorToEqualMailbox(desk);
    });

    it("takes from a merged contact the mail of the blocked address alone", async () => {
      await deliver(VIP);
      await deliver(FRIEND);
      await deliver(FRIEND, { cc: VIP });
      await link(desk);
      await syncAll(desk);
      const [vip, friend] = [await add(VIP), await add(FRIEND)];
      await syncAll(desk);
      await mergeContacts(desk.dependencies, desk.actor, { id: vip.id, contactId: friend.id });
      await block(FRIEND);
      expect((await get(vip.id)).emailCount).toBe(2);
      await expectMirrorToEqualMailbox(desk);
    });

    it("takes more mail than fits into a transaction, also what a process that died has left", async () => {
      await server.append(
        desk.mailbox,
        generateMessages({ count: 700, owner: desk.mailbox.username, vip: VIP, vipCount: 600 }),
      );
      await link(desk);
      await syncAll(desk);
      const vip = await add(VIP);
      await syncAll(desk);
      await block(VIP);
      await expectMirrorToEqualMailbox(desk);

      const [entry] = (await listBlocklist(desk.dependencies, desk.actor, { limit: 1 })).items;
      await unblockAddress(desk.dependencies, desk.actor, { id: entry?.id ?? "" });
      await syncAll(desk);
      const dead = { ...desk.dependencies, background: desk.withMailServer("http://127.0.0.1:1/").background };
      await dead.background.stop();
      await removeContact(dead, desk.actor, { id: vip.id });
      expect((await desk.database.db.select().from(mirrorReleases)).length).toBeGreaterThan(0);
      await desk.database.db.update(mailSyncs).set({ retryAt: null });
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
    });

    it("refuses a pattern that is there, and an entry that is not", async () => {
      await block(SPAM);
      await expect(block(SPAM.toUpperCase())).rejects.toMatchObject({ code: "CONFLICT" });
      const nobody = { id: "01900000-0000-7000-8000-000000000000" };
      await expect(unblockAddress(desk.dependencies, desk.actor, nobody)).rejects.toMatchObject({ code: "NOT_FOUND" });
      for (const pattern of ["@a.test", "@b.test", "@c.test"]) await block(pattern);
      const first = await listBlocklist(desk.dependencies, desk.actor, { limit: 2 });
      const rest = await listBlocklist(desk.dependencies, desk.actor, { limit: 2, cursor: first.nextCursor ?? "" });
      expect([...first.items, ...rest.items].map(({ pattern }) => pattern)).toEqual([
        "@a.test",
        "@b.test",
        "@c.test",
        SPAM,
      ]);
      expect(rest.nextCursor).toBeNull();
    });
  });
}
