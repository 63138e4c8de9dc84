import { connect, setEmails } from "@crm/jmap";
import { contact, emailSummary, eventType, syncStatusOutput, uuid } from "@crm/schemas";
import { markRead, removeContact, revokeSession, sendEmail, syncNow, updateContact } from "@crm/services";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { type Belongings, openWorld, type Person, type World } from "../http/open-world.ts";

/** What each type carries: all of it and nothing else. */
const strictly = (schema: z.ZodObject) => z.strictObject(schema.shape);
const SHAPES = {
  contact: strictly(contact),
  email: strictly(emailSummary),
  sync: strictly(syncStatusOutput),
  session: z.strictObject({ id: uuid }),
} as const;

let world: World;
let person: Person;
let own: Belongings;
beforeAll(async () => {
  world = await openWorld();
  person = await world.moveIn();
  own = await world.settle(person, 300);
});
afterAll(async () => {
  await world.server.stop();
  // The last test has closed it, if it came to that.
  await world.mail.close().catch(() => {});
});

interface Told {
  id: string;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  data: any;
}

async function toldSince(after: string): Promise<Told[]> {
  const told: Told[] = [];
  const token = await person.token();
  for (let cursor: string | null = after; cursor !== null; ) {
    const { body } = await world.server.json("GET", `/api/events?after=${cursor}&limit=100`, { token });
    told.push(...body.data);
    cursor = body.meta.nextCursor;
  }
  return told;
}

/** The events of an act, each in the shape of its type; without those of the sync that it may have needed. */
async function eventsOf(act: () => Promise<unknown>, about = /^(?!sync)/): Promise<Told[]> {
  const before = (await toldSince("0")).at(-1)?.id ?? "0";
  await act();
  const told = await toldSince(before);
  for (const { type, data } of told) {
    const [about = ""] = type.split(".");
    expect(() => SHAPES[about as keyof typeof SHAPES].parse(data), type).not.toThrow();
    seen.add(type);
  }
  return told.filter(({ type }) => about.test(type));
}
const seen = new Set<string>();

const deliver = (subject: string, minutesAgo = 0) =>
  world.mail.append(
    `${own.marker}@house.test`,
    `From: Friend <friend@x.test>\r\nTo: ${own.marker}@house.test\r\nSubject: ${subject}\r\n\r\nHello\r\n`,
    { receivedAt: new Date(Date.now() - minutesAgo * 60_000) },
  );
const mailClient = () =>
  connect({
    sessionUrl: world.mail.sessionUrl,
    auth: { type: "basic", username: `${own.marker}@house.test`, password: "secret" },
  });

it("a mailbox that is read for the first time is told of by its progress, not message by message", async () => {
  const types = (await toldSince("0")).map(({ type }) => type);
  expect(types).toContain("contact.added");
  expect(types).toContain("sync.progress");
  expect(types.filter((type) => type.startsWith("email."))).toEqual([]);
});

it("mail that comes in, the oldest first", async () => {
  const { dependencies } = world.server;
  await syncNow(dependencies, person.actor);
  const told = await eventsOf(async () => {
    for (const [minutes, subject] of ["three", "two", "one"].entries()) await deliver(subject, minutes);
    await syncNow(dependencies, person.actor);
  });
  expect(told.map(({ type, data }) => [type, data.subject, data.contactIds])).toEqual(
    ["one", "two", "three"].map((subject) => ["email.received", subject, [own.contactId]]),
  );
});

it("mail that is read: here, and by another mail program", async () => {
  const { dependencies } = world.server;
  const jmapId = await deliver("unread");
  await syncNow(dependencies, person.actor);
  const here = await eventsOf(() => markRead(dependencies, person.actor, { jmapId, isRead: true }));
  expect(here.map(({ type, data }) => [type, data.jmapId, data.isRead])).toEqual([["email.read", jmapId, true]]);
  const elsewhere = await eventsOf(async () => {
    await setEmails(await mailClient(), { update: { [jmapId]: { "keywords/$seen": null } } });
    await syncNow(dependencies, person.actor);
  });
  expect(elsewhere.map(({ type, data }) => [type, data.jmapId, data.isRead])).toEqual([["email.read", jmapId, false]]);
});

it("mail that is sent, once", async () => {
  const { dependencies } = world.server;
  const told = await eventsOf(async () => {
    await sendEmail(dependencies, person.actor, { to: "friend@x.test", subject: "Out", body: "Hello" });
    await syncNow(dependencies, person.actor);
  });
  expect(told.map(({ type, data }) => [type, data.subject])).toEqual([["email.sent", "Out"]]);
});

it("contacts, with the mail that they have by then", async () => {
  const { dependencies } = world.server;
  const id = own.contactId;
  const changed = await eventsOf(() => updateContact(dependencies, person.actor, { id, notes: "New" }));
  expect(changed.map(({ type, data }) => [type, data.id, data.notes])).toEqual([["contact.updated", id, "New"]]);
  expect(changed[0]?.data.emailCount).toBeGreaterThan(300);
  const removed = await eventsOf(() => removeContact(dependencies, person.actor, { id }));
  expect(removed.map(({ type, data }) => [type, data.id])).toEqual([["contact.removed", id]]);
  const token = await person.token();
  const added = await eventsOf(() =>
    world.server.json("POST", "/api/contacts", { token, body: { email: "friend@x.test" } }),
  );
  expect(added.map(({ type }) => type)).toEqual(["contact.added"]);
  await syncNow(dependencies, person.actor);
});

it("a session that is taken away", async () => {
  const id = own.sessionId;
  const told = await eventsOf(() => revokeSession(world.server.dependencies, person.actor, { id }));
  expect(told).toMatchObject([{ type: "session.revoked", data: { id } }]);
});

it("a sync that fails, with what one can do", async () => {
  const { dependencies } = world.server;
  await world.mail.close();
  const told = await eventsOf(() => syncNow(dependencies, person.actor).catch(() => {}), /^sync/);
  expect(told.map(({ type }) => type)).toEqual(["sync.failed"]);
  expect(told[0]?.data).toMatchObject({ status: "error", lastError: { code: "MAIL_SERVER_UNAVAILABLE" } });
});

it("that is every type there is", () => {
  seen.add("contact.added");
  expect([...seen].sort()).toEqual([...eventType.options].sort());
});
