import { auditLogs, contacts, events } from "@crm/db";
import { createOrganization, createTestDatabase, createUser } from "@crm/db/testing";
import { startDemoServer } from "@crm/jmap/testing";
import { addContact, exportContacts, importContacts, listContacts, mergeContacts } from "@crm/services";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { deskForEachTest, link, syncAll } from "../mail/open-desk.ts";

const { server, desk } = deskForEachTest(() => startDemoServer());

type FileType = "text/csv" | "text/vcard";
const take = (file: string, type: FileType = "text/csv", dryRun = false) =>
  importContacts(desk.dependencies, desk.actor, { file, type, dryRun });
const give = async (format: "csv" | "vcard") => {
  let text = "";
  for await (const piece of exportContacts(desk.dependencies, desk.actor, { format }).pieces) text += piece;
  return text;
};
const list = async (search?: string) => {
  const { items } = await listContacts(desk.dependencies, desk.actor, { sort: "name", limit: 100, search });
  return items.map(({ email, name, notes, tags }) => ({ email, name, notes, tags }));
};
const add = async (email: string, details: Partial<Parameters<typeof addContact>[2]> = {}) =>
  (await addContact(desk.dependencies, desk.actor, { email, ...details })).contact;
const csv = (...rows: string[]) => `email,name,notes,tags\n${rows.join("\n")}\n`;
const card = (...lines: string[]) => ["BEGIN:VCARD", ...lines, "END:VCARD", ""].join("\r\n");

describe("a CSV of contacts", () => {
  it("adds who is not there, updates who is, and leaves alone whom it says nothing new of", async () => {
    await add("eva@x.test", { name: "Eva", notes: "stará poznámka", tags: ["b", "a"] });
    await add("same@x.test", { name: "Same", tags: ["vip"] });
    const file = csv(
      "EVA@x.test,Eva Nová,,a;b",
      "same@x.test,Same,,vip",
      'new@x.test,"Nová, Jana","prvý ""riadok""\r\ndruhý",vip; partner ;;',
    );
    expect(await take(file, "text/csv", true)).toEqual({ created: 1, updated: 1, unchanged: 1, errors: [] });
    expect(await list()).toHaveLength(2);
    expect(await take(file)).toEqual({ created: 1, updated: 1, unchanged: 1, errors: [] });
    expect(await list()).toEqual([
      { email: "eva@x.test", name: "Eva Nová", notes: "stará poznámka", tags: ["a", "b"] },
      { email: "new@x.test", name: "Nová, Jana", notes: 'prvý "riadok"\r\ndruhý', tags: ["vip", "partner"] },
      { email: "same@x.test", name: "Same", notes: null, tags: ["vip"] },
    ]);
    expect(await take(file)).toEqual({ created: 0, updated: 0, unchanged: 3, errors: [] });
  });

  it.each([
    ["a byte order mark and CRLF", "\ufeffemail,name,notes,tags\r\na@x.test,A,,\r\n"],
    ["the old Macintosh's line ends", "email,name,notes,tags\ra@x.test,A,,\r"],
    ["no line end at the end", "email,name\na@x.test,A"],
    ["other columns and another order", "Phone,NAME, Email ,x\n1,A,a@x.test,y\n"],
    ["semicolons between", "email;name;tags\na@x.test;A;\n"],
    ["fewer cells than columns", "name,email,notes,tags\nA,a@x.test\n"],
    ["empty cells behind the last column", "email,name\na@x.test,A,,\n"],
  ])("is read with %s", async (_, file) => {
    expect(await take(file)).toEqual({ created: 1, updated: 0, unchanged: 0, errors: [] });
    expect(await list()).toEqual([{ email: "a@x.test", name: "A", notes: null, tags: [] }]);
  });

  it("names the row and the field of what it does not take, and takes the rest", async () => {
    const file = csv(
      "first@x.test,A",
      "nonsense,B",
      "",
      "first@X.test,again",
      `long@x.test,${"x".repeat(201)},,${Array.from({ length: 51 }, (_, index) => index).join(";")}`,
      ",nobody",
      "last@x.test,Z",
      "comma@x.test,Nová, Jana,vip,partner",
      'open@x.test,"never closed',
    );
    const { errors, ...counts } = await take(file);
    expect(counts).toEqual({ created: 2, updated: 0, unchanged: 0 });
    expect(errors.map(({ row, field }) => [row, field])).toEqual([
      [2, "email"],
      [4, "email"],
      [5, "name"],
      [5, "tags"],
      [6, "email"],
      [8, "row"],
      [9, "row"],
    ]);
    expect(errors[5]?.message).toContain("more cells than the header");
    expect(errors[1]?.message).toContain("row 1");
    expect((await list()).map(({ email }) => email)).toEqual(["first@x.test", "last@x.test"]);
  });

  it("does not list more errors than anybody reads", async () => {
    const { errors } = await take(csv(...Array.from({ length: 1_500 }, () => "nonsense")));
    expect(errors).toHaveLength(1_001);
    expect(errors.at(-1)).toEqual({ row: 1_500, field: "row", message: expect.stringMatching(/^500 more/) });
  });

  it.each(["name\nA", "email,email\na@x.test,b@x.test", "a@x.test,A", "\n\n"])(
    "is refused without its header: %j",
    async (file) => {
      await expect(take(file)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    },
  );

  it("is told of in the audit log and the live feed, contact by contact", async () => {
    await add("old@x.test");
    const { db } = desk.database;
    await db.delete(auditLogs);
    await db.delete(events);
    await take(csv("old@x.test,Old", "new@x.test,New"), "text/csv", true);
    expect(await db.select().from(auditLogs)).toEqual([]);
    await take(csv("old@x.test,Old", "new@x.test,New", "bad"));
    expect(
      (await db.select().from(auditLogs).orderBy(auditLogs.id)).map(({ action, oldValue, newValue }) => [
        action,
        oldValue,
        newValue,
      ]),
    ).toMatchObject([
      ["contact.add", null, { email: "new@x.test", name: "New" }],
      ["contact.update", { name: null }, { name: "Old" }],
      ["contact.import", null, { created: 1, updated: 1, unchanged: 0, errors: 1 }],
    ]);
    expect(
      (await db.select().from(events).orderBy(events.sequence)).map(({ type, data }) => [type, data]),
    ).toMatchObject([
      ["contact.added", { email: "new@x.test" }],
      ["contact.updated", { email: "old@x.test", name: "Old" }],
    ]);
  });

  it("brings the mail of those whom it adds, and their names where it has none", async () => {
    const deliver = (from: string) =>
      server.deliver(
        desk.mailbox,
        Buffer.from(`From: ${from}\r\nTo: ${desk.mailbox.username}\r\nSubject: x\r\n\r\nx\r\n`),
      );
    await deliver("Eva Nová <eva@x.test>");
    await deliver("jan@x.test");
    await link(desk);
    await syncAll(desk);
    await take(csv(...Array.from({ length: 600 }, (_, index) => `c${index}@y.test`), "eva@x.test", "jan@x.test"));
    await syncAll(desk);
    await expectMirrorToEqualMailbox(desk);
    expect(await list("eva@")).toMatchObject([{ email: "eva@x.test", name: "Eva Nová" }]);
  });

  it("is imported once, by whichever of two requests comes first", async () => {
    const file = csv(...Array.from({ length: 50 }, (_, index) => `c${index}@y.test,C`));
    const [one, other] = await Promise.all([take(file), take(file)]);
    expect(one.created + other.created).toBe(50);
    expect(await desk.database.db.select().from(contacts)).toHaveLength(50);
  });

  it("does not give a spreadsheet formulas to run", async () => {
    await add("+a@x.test", { name: "=HYPERLINK(1)", notes: "'=1", tags: ["@x", "-y"] });
    expect(await give("csv")).toBe(`email,name,notes,tags\r\n'+a@x.test,'=HYPERLINK(1),''=1,'@x;-y\r\n`);
    expect(await take(await give("csv"))).toMatchObject({ unchanged: 1, errors: [] });
  });
});

describe("vCards", () => {
  it("are read in versions 3.0 and 4.0, folded, escaped, with groups and several addresses", async () => {
    const file =
      card(
        "VERSION:3.0",
        "N:Horváthová;Eva;;Ing.;",
        "FN:Eva Horvá\r\n thová\\, Ing.",
        "item1.EMAIL;TYPE=INTERNET,PREF:eva@x.test",
        "email;type=HOME: eva@doma.test",
        "NOTE:prvý\\nriadok\\; a \\\\\\; b",
        "CATEGORIES:vip,a\\,b",
        "PHOTO;ENCODING=b;TYPE=JPEG:AAAA",
        "BDAY:nonsense",
        "X-ODD",
      ) +
      "\n" +
      card("VERSION:4.0", "N:Novák;Ján;;;", "EMAIL:jan@x.test").replaceAll("\r\n", "\n") +
      card("VERSION:4.0", "FN:bez@x.test", "EMAIL;PREF=1:bez@x.test");
    expect(await take(file, "text/vcard")).toEqual({ created: 4, updated: 0, unchanged: 0, errors: [] });
    const eva = { name: "Eva Horváthová, Ing.", notes: "prvý\nriadok; a \\; b", tags: ["vip", "a,b"] };
    expect(await list()).toEqual([
      { email: "bez@x.test", name: null, notes: null, tags: [] },
      { email: "eva@x.test", ...eva },
      { email: "eva@doma.test", ...eva },
      { email: "jan@x.test", name: "Ján Novák", notes: null, tags: [] },
    ]);
  });

  it("name the card and the property of what is not taken, and the rest is", async () => {
    const file =
      card("VERSION:4.0", "FN:Nobody") +
      card("VERSION:2.1", "FN;ENCODING=QUOTED-PRINTABLE:=C3", "EMAIL:old@x.test") +
      card("VERSION:4.0", "EMAIL:nonsense") +
      card("VERSION:4.0", "EMAIL:good@x.test") +
      "BEGIN:VCARD\r\nVERSION:4.0\r\n" +
      card("VERSION:4.0", "EMAIL:GOOD@x.test") +
      "BEGIN:VCARD\r\nEMAIL:cut@x.test";
    const { errors, ...counts } = await take(file, "text/vcard");
    expect(counts).toEqual({ created: 1, updated: 0, unchanged: 0 });
    expect(errors.map(({ row, field }) => [row, field])).toEqual([
      [1, "email"],
      [2, "version"],
      [3, "email"],
      [5, "row"],
      [6, "email"],
      [7, "row"],
    ]);
    expect((await take("no card", "text/vcard")).errors).toMatchObject([{ row: 1, field: "row" }]);
  });

  it("carry every address of a merged contact, which stays one", async () => {
    const [work, home] = [await add("eva@praca.test", { name: "Eva" }), await add("eva@doma.test")];
    await mergeContacts(desk.dependencies, desk.actor, { id: work.id, contactId: home.id });
    const file = await give("vcard");
    expect(file.match(/^EMAIL.*$/gm)).toEqual(["EMAIL;PREF=1:eva@praca.test", "EMAIL:eva@doma.test"]);
    expect(await take(file, "text/vcard")).toEqual({ created: 0, updated: 0, unchanged: 1, errors: [] });
    expect(await take(csv("eva@doma.test,,nová"))).toEqual({ created: 0, updated: 1, unchanged: 0, errors: [] });
    expect(await list()).toEqual([{ email: "eva@praca.test", name: "Eva", notes: "nová", tags: [] }]);
  });
});

describe("what was exported", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom(..."'=+-@\t\"\\,;:\n\r ＝n".split(""), "\r\n", "žluť") }),
  );
  const line = text.map((value) =>
    value
      .replace(/[\0\r\n\u2028\u2029]/g, "")
      .slice(0, 200)
      .toWellFormed(),
  );
  const tag = line.map((value) => `${value.replaceAll(";", "")}x`.slice(-50).toWellFormed());
  const contact = fc.record({
    email: fc.constantFrom("'a", "=a", "+a", "-a", "a'", "a", "ž"),
    name: fc.option(line),
    notes: fc.option(text.map((value) => value.replaceAll("\0", ""))),
    tags: fc.uniqueArray(tag, { maxLength: 4 }),
  });

  it("is unchanged when it is imported again, whatever is in it", async () => {
    let number = 0;
    const property = fc.asyncProperty(fc.array(contact, { minLength: 1, maxLength: 20 }), async (some) => {
      await desk.database.db.delete(contacts);
      for (const { email, ...details } of some) await add(`${email}${++number}@x.test`, details);
      const unchanged = { created: 0, updated: 0, unchanged: some.length, errors: [] };
      expect(await take(await give("csv"))).toEqual(unchanged);
      expect(await take(await give("vcard"), "text/vcard")).toEqual(unchanged);
    });
    await fc.assert(property, { numRuns: 15 });
  });

  it("is the same in another installation, of more contacts than are in memory at a time", async () => {
    const rows = Array.from({ length: 2_300 }, (_, index) => `c${index}@x.test,C ${index},"a\nb",t${index % 7};u`);
    expect((await take(csv(...rows))).created).toBe(2_300);
    const files = { "text/csv": await give("csv"), "text/vcard": await give("vcard") } as const;
    const database = await createTestDatabase();
    try {
      const { db } = database;
      const organization = await createOrganization(db);
      for (const [type, file] of Object.entries(files)) {
        const user = await createUser(db, organization);
        const elsewhere = { ...desk.actor, organizationId: organization.id, userId: user.id };
        const dependencies = { ...desk.dependencies, db };
        const report = await importContacts(dependencies, elsewhere, { file, type: type as FileType, dryRun: false });
        expect(report).toEqual({ created: 2_300, updated: 0, unchanged: 0, errors: [] });
        let again = "";
        const { pieces } = exportContacts(dependencies, elsewhere, { format: type === "text/csv" ? "csv" : "vcard" });
        for await (const piece of pieces) again += piece;
        expect(again).toBe(file);
      }
    } finally {
      await database.drop();
    }
  });
});
