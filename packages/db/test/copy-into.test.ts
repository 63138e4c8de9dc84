import {
  ADDRESS_FIELD,
  contacts,
  copyInto,
  emails,
  emailThreads,
  mailAccounts,
  mailboxMessages,
  newId,
  organizations,
} from "@crm/db";
import { createMailAccount, createOrganization, createTestDatabase, createUser } from "@crm/db/testing";
import { like } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("whatever a row holds comes back as it went in", async () => {
  const { db } = database;
  const owner = await createUser(db, await createOrganization(db));
  const { organizationId, userId, id: mailAccountId } = await createMailAccount(db, owner);
  const odd = `tab\t, line\n, return\r, back\\slash, \\N, \\., "quoted", {braces}, ', žluťoučký 🐎, \u0001`;
  const row = {
    organizationId,
    id: newId(),
    userId,
    mailAccountId,
    jmapId: odd,
    threadId: "t",
    messageId: null,
    inReplyTo: "",
    references: [odd, "", "NULL", "a,b"],
    from: [{ name: odd, email: "a@b.test" }],
    to: [],
    cc: [],
    bcc: [{ name: null, email: "c@d.test" }],
    subject: odd,
    preview: "",
    bodyText: `${odd}\n.\n\\.\n`,
    bodyHtml: null,
    isRead: true,
    isFlagged: false,
    outbound: false,
    attachments: [],
    hasAttachment: false,
    size: 2 ** 31 - 1,
    receivedAt: "2026-02-03T04:05:06.789Z",
  };
  await db.transaction((tx) => copyInto(tx, emails, {}, [row, { ...row, id: newId(), jmapId: "other" }]));
  const [first, second] = await db.select().from(emails).orderBy(emails.id);
  expect(first).toMatchObject(row);
  expect(second).toMatchObject({ jmapId: "other", subject: odd });
  expect(first?.createdAt).toMatch(/Z$/);
});

test("every kind of column is copied, as far as its values go", async () => {
  const { db } = database;
  const account = await createMailAccount(db, await createUser(db, await createOrganization(db)));
  const { organizationId, userId, id: mailAccountId } = account;
  const ofAccount = { organizationId, mailAccountId };
  const instants = ["0001-01-01T00:00:00.000Z", "1999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"];
  const thread = {
    ...{ ...ofAccount, userId, subject: "", preview: "", participants: [], messageCount: 1, unreadCount: 0 },
    lastEmailAt: "2026-02-03T04:05:06.789Z",
  };
  const threads = instants.map((firstEmailAt, index) => ({
    ...{ ...thread, threadId: `t${index}`, firstEmailAt, contactIds: Array.from({ length: index }, newId) },
  }));
  const message = {
    jmapId: "m",
    threadId: "t",
    receivedAt: instants[0] ?? "",
    outbound: true,
    automatic: null,
    size: 0,
    addresses: ["a@b.test", ""],
    fields: [ADDRESS_FIELD.bcc, -(2 ** 15)],
    names: ["Ž", ""],
  };
  const other = { ...message, jmapId: "n", addresses: [], fields: [], names: [] };
  const shared = { ...ofAccount, indexRun: -(2 ** 31), isRead: false, isFlagged: true };
  await db.transaction(async (tx) => {
    await copyInto(tx, emailThreads, {}, threads);
    await copyInto(tx, mailboxMessages, shared, [message, other]);
  });
  expect(await db.select().from(emailThreads).orderBy(emailThreads.threadId)).toEqual(threads);
  expect(await db.select().from(mailboxMessages).orderBy(mailboxMessages.jmapId)).toEqual([
    { ...shared, ...message },
    { ...shared, ...other },
  ]);
});

test("rows of any number and size arrive whole", async () => {
  const { db } = database;
  const sizes = [0, 1, 130_000, 700_000, ...Array.from({ length: 3_000 }, (_, index) => index % 300)];
  const rows = sizes.map((size, index) => ({ id: newId(), slug: `org-${index}`, name: "ž".repeat(size) }));
  await db.transaction((tx) => copyInto(tx, organizations, {}, rows));
  const stored = await db.select().from(organizations).where(like(organizations.slug, "org-%"));
  const lengths = new Map(stored.map(({ slug, name }) => [slug, name.length]));
  expect(rows.filter(({ slug, name }) => lengths.get(slug) !== name.length)).toEqual([]);
});

test("a value that is none leaves no row, and the connection in order", async () => {
  const { db } = database;
  const before = await db.$count(organizations);
  const copied = db.transaction(async (tx) => {
    const copying = copyInto(tx, organizations, {}, [
      { id: newId(), slug: "good", name: "Good" },
      { id: "none", slug: "bad", name: "Bad" },
    ]);
    await expect(copying).rejects.toThrow("an id is no UUID");
    // What goes wrong in a transaction ends it; the connection answers.
    await expect(tx.select().from(organizations)).rejects.toMatchObject({ cause: { code: "25P02" } });
    throw new Error("rolled back");
  });
  await expect(copied).rejects.toThrow("rolled back");
  expect(await db.$count(organizations)).toBe(before);
});

test("a row that PostgreSQL refuses leaves none of them, and the connection in order", async () => {
  const { db } = database;
  const { id: organizationId } = await createOrganization(db);
  const { id: userId } = await createUser(db, { id: organizationId });
  const contact = (email: string) => ({ organizationId, userId, email, tags: [] });
  const copying = db.transaction((tx) =>
    copyInto(tx, contacts, {}, [
      { ...contact("a@b.test"), id: newId() },
      { ...contact("A@b.test"), id: newId() },
    ]),
  );
  await expect(copying).rejects.toMatchObject({ code: "23505" });
  expect(await db.$count(contacts)).toBe(0);
});

test("what is rolled back was never there", async () => {
  const { db } = database;
  const before = await db.$count(organizations);
  const rolledBack = db.transaction(async (tx) => {
    await copyInto(tx, organizations, {}, [{ id: newId(), slug: "gone", name: "Gone" }]);
    throw new Error("changed my mind");
  });
  await expect(rolledBack).rejects.toThrow("changed my mind");
  expect(await db.$count(organizations)).toBe(before);
});

test("no rows are no statement", async () => {
  await database.db.transaction((tx) => copyInto(tx, mailAccounts, {}, []));
});
