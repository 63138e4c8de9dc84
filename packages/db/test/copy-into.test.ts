import { contacts, copyInto, emails, mailAccounts, newId, organizations } from "@crm/db";
import { createMailAccount, createOrganization, createTestDatabase, createUser } from "@crm/db/testing";
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
  await db.transaction((tx) => copyInto(tx, emails, [row, { ...row, id: newId(), jmapId: "other" }]));
  const [first, second] = await db.select().from(emails).orderBy(emails.id);
  expect(first).toMatchObject(row);
  expect(second).toMatchObject({ jmapId: "other", subject: odd });
  expect(first?.createdAt).toMatch(/Z$/);
});

test("a row that PostgreSQL refuses leaves none of them, and the connection in order", async () => {
  const { db } = database;
  const { id: organizationId } = await createOrganization(db);
  const { id: userId } = await createUser(db, { id: organizationId });
  const contact = (email: string) => ({ organizationId, userId, email, tags: [] });
  const copying = db.transaction((tx) =>
    copyInto(tx, contacts, [
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
    await copyInto(tx, organizations, [{ id: newId(), slug: "gone", name: "Gone" }]);
    throw new Error("changed my mind");
  });
  await expect(rolledBack).rejects.toThrow("changed my mind");
  expect(await db.$count(organizations)).toBe(before);
});

test("no rows are no statement", async () => {
  await database.db.transaction((tx) => copyInto(tx, mailAccounts, []));
});
