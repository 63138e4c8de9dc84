import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoMailServer, startDemoMail } from "../src/index.ts";
import { MailClient } from "./mail-client.ts";

const raw = (headers: Record<string, string>, body: string): string =>
  `${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n${body}`;

describe("Email/query", () => {
  let server: DemoMailServer;
  let client: MailClient;
  const names = new Map<string, string>();
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    server = await startDemoMail({ seed: "empty" });
    client = await MailClient.connect(server);
    const append = async (
      name: string,
      message: string,
      options: { mailbox?: string; keywords?: string[]; day: number },
    ) => {
      const receivedAt = new Date(Date.UTC(2026, 0, options.day));
      const id = await server.append("demo@crm.test", message, { ...options, receivedAt });
      names.set(id, name);
      ids[name] = id;
    };
    const from = "=?utf-8?Q?M=C3=A1ria_Horv=C3=A1thov=C3=A1?= <Maria@x.test>";
    await append(
      "first",
      raw({ From: from, To: "demo@crm.test", Subject: "Faktura", "Message-ID": "<1@x>" }, "Dobry den"),
      { day: 1 },
    );
    await append(
      "answer",
      raw(
        { From: "demo@crm.test", To: from, Cc: "boss@x.test", Subject: "Re: Faktura", References: "<1@x>" },
        "Platba odisla",
      ),
      { day: 2, mailbox: "sent", keywords: ["$seen"] },
    );
    await append(
      "other",
      raw(
        { From: "jan@y.test", To: "demo@crm.test", Bcc: "hidden@x.test", Subject: "Ahoj", "List-Id": "<l.x.test>" },
        "nieco uplne ine",
      ),
      { day: 3, keywords: ["$seen", "$flagged"] },
    );
    await append("trashed", raw({ From: "jan@y.test", Subject: "Zzz" }, "x"), { day: 4, mailbox: "trash" });
  });
  afterAll(() => server.close());

  const query = async (args: Record<string, unknown>): Promise<(string | undefined)[]> =>
    (await client.call("Email/query", { sort: [{ property: "receivedAt" }], ...args })).ids.map((id: string) =>
      names.get(id),
    );

  it.each<[string, Record<string, unknown>, string[]]>([
    ["from by address, without regard to case", { from: "maria@X.test" }, ["first"]],
    ["from by name, without diacritics", { from: "horvathova" }, ["first"]],
    ["to", { to: "maria" }, ["answer"]],
    ["cc", { cc: "boss" }, ["answer"]],
    ["bcc", { bcc: "hidden@x.test" }, ["other"]],
    ["subject", { subject: "faktura" }, ["first", "answer"]],
    ["body", { body: "odisla" }, ["answer"]],
    ["text anywhere", { text: "ahoj ine" }, ["other"]],
    ["a header that is there", { header: ["List-Id"] }, ["other"]],
    ["a header's words", { header: ["subject", "zzz"] }, ["trashed"]],
    ["before", { before: "2026-01-02T00:00:00Z" }, ["first"]],
    ["after, inclusive", { after: "2026-01-03T00:00:00Z" }, ["other", "trashed"]],
    ["a keyword", { hasKeyword: "$SEEN" }, ["answer", "other"]],
    ["the lack of a keyword", { notKeyword: "$seen" }, ["first", "trashed"]],
    ["threads of which some are read", { someInThreadHaveKeyword: "$seen" }, ["first", "answer", "other"]],
    ["attachments", { hasAttachment: true }, []],
    ["several conditions at once", { from: "jan", hasKeyword: "$flagged" }, ["other"]],
    ["OR", { operator: "OR", conditions: [{ from: "maria" }, { subject: "zzz" }] }, ["first", "trashed"]],
    ["NOT", { operator: "NOT", conditions: [{ from: "jan" }, { cc: "boss" }] }, ["first"]],
    ["AND", { operator: "AND", conditions: [{ subject: "faktura" }, { notKeyword: "$seen" }] }, ["first"]],
  ])("filters by %s", async (_what, filter, expected) => {
    expect(await query({ filter })).toEqual(expected);
  });

  it("filters by mailbox", async () => {
    const trash = await client.mailboxId("trash");
    expect(await query({ filter: { inMailbox: trash } })).toEqual(["trashed"]);
    expect(await query({ filter: { inMailboxOtherThan: [trash] } })).toEqual(["first", "answer", "other"]);
  });

  it("sorts, newest first unless told otherwise", async () => {
    expect((await client.call("Email/query", {})).ids.map((id: string) => names.get(id))).toEqual([
      "trashed",
      "other",
      "answer",
      "first",
    ]);
    expect(await query({ sort: [{ property: "subject" }, { property: "receivedAt", isAscending: false }] })).toEqual([
      "other",
      "answer",
      "first",
      "trashed",
    ]);
    expect(
      await query({
        sort: [{ property: "hasKeyword", keyword: "$flagged", isAscending: false }, { property: "receivedAt" }],
      }),
    ).toEqual(["other", "first", "answer", "trashed"]);
  });

  it("pages by position and anchor", async () => {
    expect(await query({ position: 1, limit: 2 })).toEqual(["answer", "other"]);
    expect(await query({ position: -1 })).toEqual(["trashed"]);
    expect(await query({ anchor: ids.other, anchorOffset: -1, limit: 2 })).toEqual(["answer", "other"]);
    expect(await client.call("Email/query", { anchor: "nowhere" })).toMatchObject({
      error: { type: "anchorNotFound" },
    });
    expect(await client.call("Email/query", { limit: 1, calculateTotal: true })).toMatchObject({
      total: 4,
      position: 0,
    });
  });

  it("collapses threads to their first email in the result", async () => {
    expect(await query({ collapseThreads: true })).toEqual(["first", "other", "trashed"]);
  });

  it.each([
    [{ filter: { nonsense: 1 } }, "unsupportedFilter"],
    [{ filter: { operator: "XOR", conditions: [] } }, "unsupportedFilter"],
    [{ filter: { before: "yesterday" } }, "invalidArguments"],
    [{ sort: [{ property: "constructor" }] }, "unsupportedSort"],
    [{ limit: -1 }, "invalidArguments"],
  ])("refuses %j", async (args, type) => {
    expect(await client.call("Email/query", args)).toMatchObject({ error: { type } });
  });

  it("turns a cached result into the new one by queryChanges", async () => {
    const args = { filter: { notKeyword: "$seen" }, sort: [{ property: "receivedAt" }], collapseThreads: true };
    const before = await client.call("Email/query", args);
    await client.call("Email/set", {
      update: { [ids.first as string]: { "keywords/$seen": true } },
      destroy: [ids.trashed],
    });
    const arrived = await server.deliver("demo@crm.test", {
      from: { email: "new@x.test" },
      subject: "new",
      text: "new",
    });
    const changes = await client.call("Email/queryChanges", {
      ...args,
      sinceQueryState: before.queryState,
      calculateTotal: true,
    });
    const cached: string[] = before.ids.filter((id: string) => !changes.removed.includes(id));
    for (const { id, index } of changes.added) cached.splice(index, 0, id);
    expect(cached).toEqual((await client.call("Email/query", args)).ids);
    expect(cached).toEqual([arrived]);
    expect(changes.total).toBe(1);
    const tooMany = await client.call("Email/queryChanges", {
      ...args,
      sinceQueryState: before.queryState,
      maxChanges: 1,
    });
    expect(tooMany).toMatchObject({ error: { type: "tooManyChanges" } });
  });
});
