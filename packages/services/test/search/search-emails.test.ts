import { buildSearchDocuments } from "@crm/services";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Mailroom, mailroomForEachTest, person } from "./mailroom.ts";

const room = mailroomForEachTest();

describe("searching one's mail", () => {
  it("ignores case and diacritics both ways", async () => {
    const { receive, subjects } = await room.moveIn();
    await receive({ subject: "Horváthová" }, { subject: "HORVATHOVA" }, { subject: "Horva\u0301thova\u0301" });
    for (const q of ["horvathova", "Horváthová", "HORVÁTHOVÁ", "horva\u0301thova\u0301", "horv"])
      expect((await subjects(q)).length, q).toBe(3);
  });

  it("finds what has every word, each of them a beginning, in any field", async () => {
    const { receive, subjects } = await room.moveIn();
    await receive(
      { subject: "Faktúra", from: person("Jana Horváthová", "jana.horvathova@firma.sk"), bodyText: "za január" },
      { subject: "Faktúra", bodyText: "za február" },
    );
    for (const q of ["fakt janu", "firma", "horvath za", "jana.horvathova@firma.sk", "firma.s"])
      expect(await subjects(q), q).toEqual(["Faktúra"]);
    expect(await subjects("fakt máj")).toEqual([]);
    expect(await subjects("aktúra")).toEqual([]);
  });

  it("takes quoted words as they stand, one after the other, and leaves out what a minus is before", async () => {
    const { receive, subjects } = await room.moveIn();
    await receive(
      { subject: "ročná faktúra" },
      { subject: "faktúra ročná" },
      { subject: "ročná faktúrach" },
      { subject: "ročná", bodyText: "faktúra" },
    );
    expect(await subjects('"rocna faktura"')).toEqual(["ročná faktúra"]);
    expect(await subjects('faktura -"rocna faktura" -faktúrach')).toEqual(["faktúra ročná", "ročná"]);
    expect(await subjects("-faktura")).toEqual([]);
    expect(await subjects("-faktúrach")).toEqual(["ročná faktúra", "faktúra ročná", "ročná"]);
  });

  it("puts subjects before people before texts, however often a text says it, and the newer first among equals", async () => {
    const { receive, subjects } = await room.moveIn();
    await receive(
      { subject: "body", bodyText: "acme acmea acmeb acmec acmed acmee acmef ".repeat(50) },
      { subject: "people", to: person("Acme", "a@b.sk") },
      { subject: "acme one" },
      { subject: "acme two" },
      { subject: "mixed", from: person("Acme", "a@b.sk"), bodyText: "rok" },
    );
    expect(await subjects("acme")).toEqual(["acme one", "acme two", "people", "mixed", "body"]);
    expect(await subjects("acme rok")).toEqual(["mixed"]);
  });

  it("puts a word as it stands before beginnings of others, within a field", async () => {
    const { receive, subjects } = await room.moveIn();
    await receive({ subject: "anaconda" }, { subject: "text", bodyText: "Ana" }, { subject: "Ana" });
    expect(await subjects("ana")).toEqual(["Ana", "anaconda", "text"]);
  });

  it("filters by contact, sender, recipient, read state and attachment", async () => {
    const { receive, subjects, search, contact } = await room.moveIn();
    const [one, other] = [await contact(), await contact()];
    await receive(
      { subject: "a1", contactIds: [one.id], from: person("Ján Novák", "Jan@firma.sk"), isRead: true },
      { subject: "a2", contactIds: [one.id, other.id], from: person(null, "jan+tag@firma.sk"), hasAttachment: true },
      { subject: "a3", to: person("Novák", "n@x.sk"), cc: person(null, "jan@firma.sk"), isRead: true },
      { subject: "a4", bcc: person(null, "jan@firma.sk"), bodyText: "jan@firma.sk" },
    );
    const a = (filters: Parameters<typeof search>[1]) => subjects("a", filters).then((found) => found.sort());
    expect(await a({ contactId: one.id })).toEqual(["a1", "a2"]);
    expect(await a({ contactId: other.id })).toEqual(["a2"]);
    expect(await a({ from: "JAN@firma.sk" })).toEqual(["a1"]);
    expect(await a({ from: "novak" })).toEqual(["a1"]);
    expect(await a({ from: "firm" })).toEqual(["a1", "a2"]);
    expect(await a({ from: "***" })).toEqual([]);
    expect(await a({ from: "", to: " " })).toEqual(await a({}));
    expect(await a({ to: "jan@firma.sk" })).toEqual(["a3", "a4"]);
    expect(await a({ to: "Nov", from: "jan" })).toEqual([]);
    expect(await a({ isRead: true })).toEqual(["a1", "a3"]);
    expect(await a({ isRead: false })).toEqual(["a2", "a4"]);
    expect(await a({ isRead: false, contactId: one.id })).toEqual(["a2"]);
    expect(await a({ isRead: true, contactId: one.id })).toEqual(["a1"]);
    expect(await a({ hasAttachment: true })).toEqual(["a2"]);
    expect(await a({ hasAttachment: false, isRead: true })).toEqual(["a1", "a3"]);
    await expect(search("a", { contactId: one.userId })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("shows where it found it", async () => {
    const { receive, search } = await room.moveIn();
    await receive(
      { subject: "<b>", bodyText: "Dobrý deň, <script>pani Horváthová</script>" },
      { subject: "Pre Horváthovú & syna" },
      { subject: "", from: person("Jana Horváthová", "j@x.sk") },
    );
    const { items } = await search("horvathov");
    expect(items.map(({ snippet }) => snippet)).toEqual([
      "Pre <mark>Horváthovú</mark> &amp; syna",
      "Jana <mark>Horváthová</mark> &lt;j@x.sk&gt;",
      "Dobrý deň, &lt;script&gt;pani <mark>Horváthová</mark>&lt;/script&gt;",
    ]);
    expect(items[0]).not.toHaveProperty("body");
  });

  it("finds nobody else's mail, and none that is gone", async () => {
    const [mine, others] = [await room.moveIn(), await room.moveIn()];
    const [kept, gone] = await mine.receive({ subject: "acme" }, { subject: "acme" });
    await others.receive({ subject: "acme", bodyText: "theirs" });
    await room.database.pool.query("DELETE FROM emails WHERE id = $1", [gone?.id]);
    expect((await mine.search("acme")).items.map(({ id }) => id)).toEqual([kept?.id]);
    const { rows } = await room.database.pool.query("SELECT FROM email_search WHERE email_id = $1", [gone?.id]);
    expect(rows).toEqual([]);
  });

  it("takes anything for a query", async () => {
    const { receive, search } = await room.moveIn();
    await receive({ subject: "x'y \\ z", from: person("'\\", "'\\@x.sk"), bodyText: "a & b | !c" });
    const filter = fc.option(fc.string({ unit: "binary", maxLength: 40 }).map(clean), { nil: undefined });
    const q = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
      fc
        .array(fc.constantFrom(..."'\"\\&|!():*<->- ab%_„“"), { minLength: 1, maxLength: 60 })
        .map((all) => all.join("")),
    );
    await fc.assert(
      fc.asyncProperty(q.map(clean), filter, filter, async (text, from, to) => {
        const { items } = await search(text, { from, to });
        expect(items.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 150 },
    );
    for (const text of ["'\\@x.sk", "x'y", "'", "\\"]) await search(text, { from: "'\\@x.sk" });
    expect((await search("z", { from: "'\\@x.sk" })).items).toHaveLength(1);
  });

  // What a request may hold: no NUL, no halves of characters.
  const clean = (text: string) => text.replaceAll("\0", " ").toWellFormed();
});

describe("the pages of a search", () => {
  /** That many messages in bulk, all of one contact; each field is SQL over n, which counts from the newest. */
  async function fill(
    { account, contact }: Pick<Awaited<ReturnType<Mailroom["moveIn"]>>, "account" | "contact">,
    count: number,
    {
      subject,
      from = "''",
      body = "''",
      isRead = "true",
    }: Record<"subject", string> & Partial<Record<"from" | "body" | "isRead", string>>,
  ) {
    const { id: contactId } = await contact();
    await room.database.pool.query(
      `WITH filled AS (
         INSERT INTO emails (organization_id, id, user_id, mail_account_id, jmap_id, thread_id, "from", "to", cc, bcc,
           subject, preview, body_text, is_read, is_flagged, outbound, attachments, has_attachment, size, received_at)
         SELECT $1, gen_random_uuid(), $2, $3, 'm' || n, 't' || n,
                jsonb_build_array(jsonb_build_object('name', ${from}, 'email', 'a@b.test')), '[]', '[]', '[]',
                ${subject}, '', ${body}, ${isRead}, false, false, '[]', false, 0,
                timestamptz '2026-01-01' - n * interval '1 minute'
         FROM generate_series(1, $4::int) n RETURNING organization_id, id, received_at
       ), linked AS (
         INSERT INTO email_contacts (organization_id, contact_id, email_id, received_at)
         SELECT organization_id, $5, id, received_at FROM filled
       ), counted AS (UPDATE contacts SET email_count = $4 WHERE organization_id = $1 AND id = $5)
       INSERT INTO email_search_queue SELECT $1, gen_random_uuid(), array_agg(id) FROM filled`,
      [account.organizationId, account.userId, account.id, count, contactId],
    );
    await buildSearchDocuments(room.dependencies);
    return contactId;
  }

  /** All mail is of that contact. */
  type Filters = { isRead?: boolean; contactId?: string };

  /** What a search for these words should show, worked out without any index. */
  async function expectedFor(q: string, { isRead }: Filters): Promise<string[]> {
    const { rows } = await room.database.pool.query<{ id: string; subject: string; people: string; body: string }>(
      `SELECT id, subject, "from" -> 0 ->> 'name' AS people, body_text AS body FROM emails
       WHERE $1::boolean IS NULL OR is_read = $1 ORDER BY received_at DESC`,
      [isRead],
    );
    const terms = q.match(/-?"[^"]*"|\S+/g) ?? [];
    const unwanted = terms.filter((term) => term.startsWith("-")).map((term) => term.slice(1));
    const phrases = terms.filter((term) => !term.startsWith("-"));
    const wanted = phrases.flatMap((phrase) => {
      const words = phrase.replaceAll('"', "").split(" ");
      return words.map((word) => ({ word, isWhole: phrase.startsWith('"') }));
    });
    type Wanted = (typeof wanted)[number];
    const begins = (words: string[]) => (term: Wanted) =>
      term.isWhole ? words.includes(term.word) : words.some((word) => word.startsWith(term.word));
    const stands = (words: string[]) => (term: Wanted) => words.includes(term.word);
    const holds = (fields: string[]) => (term: string) =>
      fields.some((field) =>
        term.startsWith('"')
          ? ` ${field} `.includes(` ${term.replaceAll('"', "")} `)
          : ` ${field}`.includes(` ${term}`),
      );
    const placeOf = ({ subject, people, body }: (typeof rows)[number]) => {
      const [ofSubject, ofHead] = [subject.split(" "), `${subject} ${people}`.split(" ")];
      const all = [...ofHead, ...body.split(" ")];
      const holdsTerm = holds([subject, people, body]);
      if (!phrases.every(holdsTerm) || unwanted.some(holdsTerm)) return -1;
      return [
        wanted.every(stands(ofSubject)),
        wanted.every(begins(ofSubject)),
        wanted.every(stands(ofHead)),
        wanted.every(begins(ofHead)),
        wanted.some(begins(ofHead)),
        wanted.every(stands(all)),
        true,
      ].indexOf(true);
    };
    const hits = rows.map((row) => ({ id: row.id, place: placeOf(row) })).filter(({ place }) => place >= 0);
    return hits.sort((one, other) => one.place - other.place).map(({ id }) => id);
  }

  it("hold every hit once, the best first, whether the words are frequent, rare or in between", async () => {
    const { account, contact, pages } = await room.moveIn();
    const word = (text: string, every: number, offset = 0) =>
      `CASE WHEN n % ${every} = ${offset} THEN '${text}' ELSE 'x' END`;
    const contactId = await fill({ account, contact }, 6_000, {
      subject: `concat_ws(' ', 'all', ${word("third", 5)}, ${word("text", 301, 7)}, ${word("thirdly", 50, 1)}, ${word("some", 400)}, ${word("rare", 3_000)}, CASE WHEN n > 5900 THEN 'old' END, CASE WHEN n <= 60 OR n > 5850 THEN 'lately' END)`,
      from: `concat_ws(' ', ${word("third", 90, 5)}, ${word("some", 70)}, ${word("someone", 80)})`,
      body: `concat_ws(' ', 'text', ${word("third", 3)}, ${word("thirds", 11)}, ${word("some", 20)}, ${word("rare", 1_500)}, CASE WHEN n > 4500 THEN 'old' END)`,
      isRead: "n % 4 > 0",
    });
    const words = ["third", "some", "rare", "old", "lately", "thi", "o", "none"];
    const several = ["third some", "some rare", "third old some", "third old", "third text", "third none"];
    const phrases = ['"third"', '"third x"', '"x thirds"', '"third x some"', '"some x" third', '"third old"'];
    const without = ["third -some", "-third some", "-third", "-all", "rare -third", 'some -"some x"'];
    const cases: [string, Filters][] = [
      ...[...words, ...several, ...phrases, ...without].map((q): [string, Filters] => [q, {}]),
      ...["third", "some", "third old", '"third x"'].map((q): [string, Filters] => [q, { isRead: false }]),
      ...["some lately", '"third x"'].map((q): [string, Filters] => [q, { isRead: true }]),
      ...["some", "third old"].map((q): [string, Filters] => [q, { contactId }]),
      ["some", { contactId, isRead: false }],
    ];
    for (const [q, filters] of cases) {
      const found = (await pages(q, { limit: 200, ...filters })).map(({ id }) => id);
      const expected = await expectedFor(q, filters);
      // Where they part, lest a failure prints thousands of ids.
      const parting = found.findIndex((id, index) => id !== expected[index]);
      expect({ q, filters, count: found.length, parting }).toEqual({ q, filters, count: expected.length, parting: -1 });
    }
  });

  it("stay as they are while mail comes and goes", async () => {
    const { account, contact, pages, receive } = await room.moveIn();
    await fill({ account, contact }, 1_500, { subject: "'acme ' || n" });
    const before = await pages("acme", { limit: 100 });
    let round = 0;
    const found = await pages("acme", { limit: 100 }, async () => {
      round++;
      // One on top, one older than all, one that is still to be shown and one that was shown already.
      await receive({ subject: "acme new" });
      const at = new Date(Date.UTC(2020, 0, 1) - round).toISOString();
      await receive({ subject: "acme old", receivedAt: at });
      await room.database.pool.query("DELETE FROM emails WHERE subject = $1", [`acme ${round * 5}`]);
      await room.database.pool.query("DELETE FROM emails WHERE subject = $1", [`acme ${1_500 - round}`]);
    });
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    const shown = found.map(({ subject }) => subject).filter((subject) => /\d/.test(subject));
    const expected = before.map(({ subject }) => subject).filter((subject) => shown.includes(subject));
    expect(shown).toEqual(expected);
    expect(shown.length).toBeGreaterThan(1_480);
    expect(found.filter(({ subject }) => subject === "acme new")).toEqual([]);
  });

  it("refuse a cursor that is none", async () => {
    const { search } = await room.moveIn();
    for (const cursor of ["x", Buffer.from("[1]").toString("base64url")])
      await expect(search("acme", { cursor })).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
  });
});
