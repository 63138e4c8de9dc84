import { contactMerges, contacts, events } from "@crm/db";
import { mailServerCases, startDemoServer } from "@crm/jmap/testing";
import {
  addContact,
  getContact,
  listContacts,
  listEmails,
  mergeContacts,
  removeContact,
  undoMerge,
  updateContact,
} from "@crm/services";
import { sql } from "drizzle-orm";
import { describe, expect, inject, it } from "vitest";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { deskForEachTest, link, syncAll } from "../mail/open-desk.ts";

const WORK = "eva@praca.test";
const HOME = "eva@doma.test";
const OTHER = "iny@inde.test";

for (const { name, isMissing, open } of mailServerCases(inject("cyrus"))) {
  describe.skipIf(isMissing)(`two contacts that are one, with mail at ${name}`, () => {
    const { server, desk } = deskForEachTest(open);

    let count = 0;
    const deliver = (from: string, cc?: string) =>
      server.deliver(
        desk.mailbox,
        Buffer.from(
          `From: ${from}\r\nTo: ${desk.mailbox.username}\r\n${cc ? `Cc: ${cc}\r\n` : ""}` +
            `Message-ID: <m${++count}@x.test>\r\nSubject: ${count}\r\n\r\nAhoj\r\n`,
        ),
      );
    const add = async (email: string, details: Partial<Parameters<typeof addContact>[2]> = {}) =>
      (await addContact(desk.dependencies, desk.actor, { email, ...details })).contact;
    const get = (id: string) => getContact(desk.dependencies, desk.actor, { id });
    const merge = (id: string, contactId: string) => mergeContacts(desk.dependencies, desk.actor, { id, contactId });
    const undo = (id: string) => undoMerge(desk.dependencies, desk.actor, { id });
    const emails = async () => {
      const { items } = await listContacts(desk.dependencies, desk.actor, { sort: "name", limit: 100 });
      return items.map((contact) => contact.email);
    };

    async function withMail() {
      await deliver(WORK);
      await deliver(HOME);
      await deliver(HOME);
      await deliver(WORK, HOME);
      await deliver(OTHER, HOME);
      await link(desk);
      await syncAll(desk);
      const work = await add(WORK, { name: "Eva", notes: "vedúca", tags: ["vip", "praca"] });
      const home = await add(HOME, { name: "Evička", notes: "škôlka", tags: ["vip", "doma"] });
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
      return { work, home };
    }

    it("have the mail, tags and notes of both, and the mail that comes for either address", async () => {
      const { work, home } = await withMail();
      const merged = await merge(work.id, home.id);
      expect(merged).toMatchObject({
        id: work.id,
        email: WORK,
        name: "Eva",
        notes: "vedúca\n\nškôlka",
        tags: ["vip", "praca", "doma"],
        emailCount: 5,
      });
      await expectMirrorToEqualMailbox(desk);
      expect(await emails()).toEqual([WORK]);
      await expect(get(home.id)).rejects.toMatchObject({ code: "NOT_FOUND" });

      await deliver(HOME);
      await deliver(OTHER, WORK);
      expect(await syncAll(desk)).toMatchObject({ created: 2 });
      await expectMirrorToEqualMailbox(desk);
      expect((await get(work.id)).emailCount).toBe(7);
      const { items } = await listEmails(desk.dependencies, desk.actor, { contactId: work.id, limit: 100 });
      expect(items.map((email) => email.contactIds)).toEqual(items.map(() => [work.id]));
    });

    it("are as they were when the merge is undone, with the mail that came meanwhile and later edits", async () => {
      const { work, home } = await withMail();
      await merge(work.id, home.id);
      await deliver(HOME);
      await syncAll(desk);
      await updateContact(desk.dependencies, desk.actor, {
        id: work.id,
        name: "Ing. Eva",
        notes: "vedúca\n\nškôlka\nvolať v máji",
        tags: ["vip", "doma", "nové"],
      });
      expect(await undo(work.id)).toMatchObject({
        name: "Ing. Eva",
        notes: "vedúca\nvolať v máji",
        tags: ["vip", "nové"],
        emailCount: 2,
      });
      const { updatedAt: _, emailCount: __, lastEmailDate: ___, unreadCount: ____, ...before } = home;
      expect(await get(home.id)).toMatchObject({ ...before, emailCount: 5 });
      await expectMirrorToEqualMailbox(desk);
      await deliver(WORK);
      await deliver(HOME);
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
    });

    it("tell the live feed, which sees the contact that stayed with its new counts", async () => {
      const { work, home } = await withMail();
      await desk.database.db.delete(events);
      await merge(work.id, home.id);
      await undo(work.id);
      const told = await desk.database.db.select().from(events).orderBy(events.sequence);
      expect(told.map(({ type, data }) => [type, data])).toMatchObject([
        ["contact.updated", { id: work.id, emailCount: 5 }],
        ["contact.removed", { id: home.id }],
        ["contact.updated", { id: work.id, emailCount: 2 }],
        ["contact.added", { id: home.id, emailCount: 4 }],
      ]);
    });

    it("go together when the contact that stayed is removed", async () => {
      const { work, home } = await withMail();
      await merge(work.id, home.id);
      await removeContact(desk.dependencies, desk.actor, { id: work.id });
      await expectMirrorToEqualMailbox(desk);
      expect(await desk.database.db.select().from(contacts)).toEqual([]);
      await expect(undo(work.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect((await add(HOME)).emailCount).toBe(4);
    });

    it("can be of three, one by one, and part again in the opposite order", async () => {
      const { work, home } = await withMail();
      const other = await add(OTHER, { tags: ["iné"] });
      await syncAll(desk);
      await merge(home.id, other.id);
      const all = await merge(work.id, home.id);
      expect(all).toMatchObject({ emailCount: 5, tags: ["vip", "praca", "doma", "iné"] });
      await expectMirrorToEqualMailbox(desk);
      await deliver(OTHER);
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);

      // Only what is to be seen can be parted.
      await expect(undo(home.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await undo(work.id);
      expect((await emails()).sort()).toEqual([HOME, WORK].sort());
      await expectMirrorToEqualMailbox(desk);
      await undo(home.id);
      expect((await emails()).sort()).toEqual([HOME, OTHER, WORK].sort());
      await expectMirrorToEqualMailbox(desk);
    });

    it("become one once when two requests come at once, whichever is to stay", async () => {
      const { work, home } = await withMail();
      const same = await Promise.allSettled([merge(work.id, home.id), merge(work.id, home.id)]);
      expect(same.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const parted = await Promise.allSettled([undo(work.id), undo(work.id)]);
      expect(parted.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const crossed = await Promise.allSettled([merge(work.id, home.id), merge(home.id, work.id)]);
      const refused = crossed.find((result) => result.status === "rejected");
      expect(refused).toMatchObject({ reason: { code: "CONFLICT" } });
      await expectMirrorToEqualMailbox(desk);
    });
  });
}

describe("contacts without a mailbox", () => {
  const { desk } = deskForEachTest(() => startDemoServer());

  let count = 0;
  const add = async (details: Partial<Parameters<typeof addContact>[2]> = {}) =>
    (await addContact(desk.dependencies, desk.actor, { email: `c${++count}@x.test`, ...details })).contact;
  const merge = (id: string, contactId: string) => mergeContacts(desk.dependencies, desk.actor, { id, contactId });
  const undo = (id: string) => undoMerge(desk.dependencies, desk.actor, { id });

  it("merge and part as well", async () => {
    const [one, other] = [await add({ notes: "a" }), await add({ name: "B", tags: ["b"] })];
    expect(await merge(one.id, other.id)).toMatchObject({ name: "B", notes: "a", tags: ["b"] });
    const { updatedAt, ...rest } = await undo(one.id);
    expect({ ...rest, updatedAt: one.updatedAt }).toEqual(one);
    expect(await getContact(desk.dependencies, desk.actor, { id: other.id })).toEqual(other);
  });

  it.each([
    ["written behind", null, "b", "b\nc", "\nc"],
    ["written before", null, "b", "c\nb", "c\n"],
    ["written in front of both", "a", "b", "c a\n\nb", "c a"],
    ["in the midst of the other's", "a", "b b", "a\n\nb c b", "a\n\nb c b"],
    ["all taken away", "a", "b", null, null],
    ["where the other had none", "a", null, "a c", "a c"],
  ])("keep notes %s when they part", async (_, before, others, edited, after) => {
    const [one, other] = [await add({ notes: before }), await add({ notes: others })];
    await merge(one.id, other.id);
    await updateContact(desk.dependencies, desk.actor, { id: one.id, notes: edited });
    expect((await undo(one.id)).notes).toBe(after);
    expect((await getContact(desk.dependencies, desk.actor, { id: other.id })).notes).toBe(others);
  });

  it("are refused what cannot be, with the reason", async () => {
    const [one, other, third] = [await add(), await add(), await add()];
    const nobody = "01900000-0000-7000-8000-000000000000";
    await expect(merge(one.id, one.id)).rejects.toMatchObject({ code: "UNPROCESSABLE" });
    await expect(merge(one.id, nobody)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(undo(one.id)).rejects.toMatchObject({ code: "UNPROCESSABLE" });
    await merge(one.id, other.id);
    for (const [id, contactId] of [
      [one.id, other.id],
      [third.id, other.id],
      [other.id, third.id],
    ] as const) {
      await expect(merge(id, contactId)).rejects.toMatchObject({
        code: "CONFLICT",
        message: expect.stringContaining(other.email),
      });
    }
    await expect(add({ email: other.email.toUpperCase() })).rejects.toMatchObject({ code: "CONTACT_EXISTS" });
    await desk.database.db.update(contactMerges).set({ createdAt: sql`now() - interval '25 hours'` });
    await expect(undo(one.id)).rejects.toMatchObject({ code: "UNPROCESSABLE", message: expect.stringMatching(/day/) });
  });

  it("are refused more notes or tags than a contact can have", async () => {
    const half = "x".repeat(6_000);
    const [one, other] = [await add({ notes: half }), await add({ notes: half })];
    await expect(merge(one.id, other.id)).rejects.toMatchObject({ code: "UNPROCESSABLE" });
    const tags = (word: string) => Array.from({ length: 30 }, (_, index) => `${word}${index}`);
    const [third, fourth] = [await add({ tags: tags("a") }), await add({ tags: tags("b") })];
    await expect(merge(third.id, fourth.id)).rejects.toMatchObject({ code: "UNPROCESSABLE" });
  });
});
