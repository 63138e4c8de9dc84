import { contacts } from "@crm/db";
import { createContact } from "@crm/db/testing";
import { startDemoServer, type TestMailServer } from "@crm/jmap/testing";
import { addContact, discoverContacts, listContacts } from "@crm/services";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Desk, link, openDesk, syncAll } from "../mail/open-desk.ts";

let server: TestMailServer;
let desk: Desk;
beforeAll(async () => {
  server = await startDemoServer();
  desk = await openDesk(server);
});
afterAll(async () => {
  await desk.close();
  await server.stop();
});

/** What is literal in a search, also after folding: full-width characters fold to those that LIKE takes for wildcards. */
const LITERAL = ["%", "_", "\\", "％", "＿", "＼", "\\%", "%%"];

describe("the list of contacts", () => {
  type Input = Partial<Parameters<typeof listContacts>[2]>;
  const list = (input: Input = {}) =>
    listContacts(desk.dependencies, desk.actor, { sort: "-addedAt", limit: 100, ...input });
  const emails = async (input: Input) => (await list(input)).items.map(({ email }) => email).sort();
  const owner = () => ({ organizationId: desk.actor.organizationId, id: desk.actor.userId });

  beforeAll(async () => {
    const { db } = desk.database;
    await createContact(db, owner(), { email: "hana@x.test", name: "Hana Horváthová", tags: ["vip", "Brno"] });
    await createContact(db, owner(), { email: "peter@horvath.test", name: null, tags: ["brno"] });
    await createContact(db, owner(), { email: "odd@x.test", name: "100%_\\ sure" });
  });

  it("is searched by name and address, whatever the case and the diacritics, and with nothing for a wildcard", async () => {
    for (const search of ["horvath", "HORVÁTH", " Hórvath "]) {
      expect(await emails({ search })).toEqual(["hana@x.test", "peter@horvath.test"]);
    }
    expect(await emails({ search: "horvathova" })).toEqual(["hana@x.test"]);
    for (const search of LITERAL.slice(0, 6)) expect(await emails({ search }), search).toEqual(["odd@x.test"]);
    for (const search of LITERAL.slice(6)) expect(await emails({ search }), search).toEqual([]);
    expect(await emails({ search: "%_\\ s" })).toEqual(["odd@x.test"]);
    // Name and address are two things.
    expect(await emails({ search: "horvathova hana" })).toEqual([]);
  });

  it("is narrowed to a tag, letter by letter", async () => {
    expect(await emails({ tag: "Brno" })).toEqual(["hana@x.test"]);
    expect(await emails({ tag: "brno" })).toEqual(["peter@horvath.test"]);
    expect(await emails({ tag: "brn" })).toEqual([]);
    expect(await emails({ tag: "vip", search: "hana" })).toEqual(["hana@x.test"]);
  });

  it.each(["name", "-addedAt", "-lastEmailDate"] as const)(
    "sorted by %s shows each once, though some come and go meanwhile",
    async (sort) => {
      const { db } = desk.database;
      const tag = `page${sort}`;
      const at = (index: number) => new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 3) * 1000).toISOString();
      const made = [];
      for (let index = 0; index < 20; index++) {
        const lastEmailAt = index % 4 === 0 ? null : at(index);
        const name = index % 5 === 0 ? null : `Č${index % 7}`;
        made.push(await createContact(db, owner(), { name, tags: [tag], addedAt: at(index), lastEmailAt }));
      }
      const whole = (await list({ sort, tag })).items.map(({ id }) => id);
      expect(whole).toHaveLength(20);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list({ sort, tag, limit: 3, ...(cursor && { cursor }) });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
        // What was shown goes; the next page begins where it would have.
        await db.delete(contacts).where(eq(contacts.id, seen.at(-1) ?? ""));
      } while (cursor);
      expect(seen).toEqual(whole);
    },
  );
});

describe("discovery", () => {
  type Input = Partial<Parameters<typeof discoverContacts>[2]>;
  const discover = (input: Input = {}) => discoverContacts(desk.dependencies, desk.actor, { limit: 100, ...input });
  const emails = async (input: Input) => (await discover(input)).items.map(({ email }) => email);

  beforeAll(async () => {
    const me = desk.mailbox.username;
    const put = (mailbox: string, headers: string, receivedAt: string) =>
      server.append(desk.mailbox, [
        { raw: Buffer.from(`${headers}\r\nSubject: x\r\n\r\nx\r\n`), mailbox, receivedAt: new Date(receivedAt) },
      ]);
    await put("INBOX", `From: =?utf-8?q?=C5=BDofia_Nov=C3=A1?= <zofia@x.test>\r\nTo: ${me}`, "2026-01-01T10:00:00Z");
    await put("Sent", `From: ${me}\r\nTo: ZOFIA@x.test\r\nCc: zofia@x.test, jan@x.test`, "2026-01-02T10:00:00Z");
    await put("Sent", `From: ${me}\r\nTo: jan@x.test\r\nBcc: zofia@x.test`, "2026-01-03T10:00:00Z");
    await put("INBOX", `From: jan@x.test\r\nTo: ${me}\r\nCc: zofia@x.test`, "2026-01-04T10:00:00Z");
    for (const day of [5, 6, 7, 8, 9]) {
      await put("INBOX", `From: noreply@shop.test\r\nTo: ${me}`, `2026-01-0${day}T10:00:00Z`);
    }
    await put("INBOX", `From: news@shop.test\r\nTo: ${me}\r\nList-Id: <news.shop.test>`, "2026-01-05T10:00:00Z");
    await put("Junk", `From: junk@x.test\r\nTo: ${me}`, "2026-01-05T10:00:00Z");
    await link(desk);
    await syncAll(desk);
  });

  it("counts each message once, what was sent and received, and ranks people before machines", async () => {
    const { items } = await discover();
    expect(items).toEqual([
      {
        email: "zofia@x.test",
        name: "Žofia Nová",
        emailCount: 4,
        sentCount: 2,
        receivedCount: 1,
        isContact: false,
        lastEmailDate: "2026-01-04T10:00:00.000Z",
        kind: "person",
        reason: null,
      },
      expect.objectContaining({ email: "jan@x.test", emailCount: 3, sentCount: 2, receivedCount: 1, kind: "person" }),
      expect.objectContaining({
        email: "noreply@shop.test",
        emailCount: 5,
        kind: "automatic",
        reason: expect.stringMatching(/no replies/),
      }),
      expect.objectContaining({
        email: "news@shop.test",
        kind: "automatic",
        reason: expect.stringMatching(/newsletters/),
      }),
    ]);
  });

  it("is searched without regard to diacritics, with nothing for a wildcard", async () => {
    expect(await emails({ search: "zofia nova" })).toEqual(["zofia@x.test"]);
    expect(await emails({ search: "ŽÓFIA" })).toEqual(["zofia@x.test"]);
    for (const search of LITERAL) expect(await emails({ search }), search).toEqual([]);
  });

  it("is the same page by page, and tells contacts from others", async () => {
    const whole = await emails({});
    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await discover({ limit: 1, ...(cursor && { cursor }) });
      pages.push(...page.items.map(({ email }) => email));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(pages).toEqual(whole);
    await addContact(desk.dependencies, desk.actor, { email: "Jan@x.test" });
    expect(await emails({ isContact: true })).toEqual(["jan@x.test"]);
    expect(await emails({ isContact: false })).toEqual(whole.filter((email) => email !== "jan@x.test"));
  });
});
