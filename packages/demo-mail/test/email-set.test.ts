import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoMailServer, startDemoMail } from "../src/index.ts";
import { jsonOf, MailClient } from "./mail-client.ts";

describe("Email/set and Email/import", () => {
  let server: DemoMailServer;
  let client: MailClient;
  let inbox: string;
  let drafts: string;
  beforeAll(async () => {
    server = await startDemoMail({ seed: "empty", limits: { maxSizeAttachmentsPerEmail: 50_000, maxObjectsInSet: 5 } });
    client = await MailClient.connect(server);
    inbox = await client.mailboxId("inbox");
    drafts = await client.mailboxId("drafts");
  });
  afterAll(() => server.close());

  const create = async (email: Record<string, unknown>) =>
    client.call("Email/set", { create: { c: { mailboxIds: { [drafts]: true }, ...email } } });
  const get = async (id: string, args: Record<string, unknown> = {}) =>
    (await client.call("Email/get", { ids: [id], ...args })).list[0];
  const rawOf = async (id: string) => (await client.download((await get(id)).blobId)).text();

  it("builds text, HTML, an inline image and an attachment, and reads them back", async () => {
    const image = await jsonOf(await client.upload(Buffer.from([1, 2, 3]), "image/png"));
    const file = await jsonOf(await client.upload("a;b\n1;2\n", "text/csv"));
    const answer = await create({
      from: [{ name: "Zuzana Demková", email: "demo@crm.test" }],
      to: [{ name: "Novák, Ján", email: "jan@x.test" }, { email: "b@x.test" }],
      subject: "Žltý kôň – dlhý predmet, ktorý sa musí zalomiť, lebo sa na jeden riadok nezmestí",
      inReplyTo: ["q@x.test"],
      references: ["p@x.test", "q@x.test"],
      keywords: { $draft: true, $Seen: true },
      textBody: [{ partId: "t", type: "text/plain" }],
      htmlBody: [{ partId: "h", type: "text/html" }],
      attachments: [
        { blobId: image.blobId, type: "image/png", disposition: "inline", cid: "logo@x", name: "logo.png" },
        { blobId: file.blobId, type: "text/csv", name: "cenník.csv", disposition: "attachment" },
      ],
      bodyValues: { t: { value: "Dobrý deň,\nďakujem." }, h: { value: "<p>Dobrý deň</p>" } },
      "header:X-Note:asText": "poznámka",
    });
    const { id, blobId, threadId, size } = answer.created.c;
    const email = await get(id, { fetchAllBodyValues: true });
    expect(email).toMatchObject({
      blobId,
      threadId,
      size,
      to: [
        { name: "Novák, Ján", email: "jan@x.test" },
        { name: null, email: "b@x.test" },
      ],
      subject: "Žltý kôň – dlhý predmet, ktorý sa musí zalomiť, lebo sa na jeden riadok nezmestí",
      inReplyTo: ["q@x.test"],
      references: ["p@x.test", "q@x.test"],
      keywords: { $draft: true, $seen: true },
      hasAttachment: true,
    });
    expect(email.messageId).toHaveLength(1);
    expect(email.bodyValues[email.textBody[0].partId].value).toBe("Dobrý deň,\nďakujem.");
    expect(email.bodyValues[email.htmlBody[0].partId].value).toBe("<p>Dobrý deň</p>");
    expect(email.attachments.map((part: { name: string; cid: string }) => [part.name, part.cid])).toEqual([
      ["logo.png", "logo@x"],
      ["cenník.csv", null],
    ]);
    expect(await (await client.download(email.attachments[1].blobId)).text()).toBe("a;b\n1;2\n");

    // The raw message says the same once it is parsed from its octets.
    const raw = await rawOf(id);
    expect(raw.split("\r\n").every((line) => /^[\x20-\x7e\t]{0,998}$/.test(line))).toBe(true);
    const again = await get(await server.append("demo@crm.test", raw), { fetchAllBodyValues: true });
    expect(again.to).toEqual(email.to);
    expect(again.subject).toBe(email.subject);
    expect(Object.values(again.bodyValues)).toEqual(Object.values(email.bodyValues));
    expect(again.attachments.map((part: { name: string }) => part.name)).toEqual(["logo.png", "cenník.csv"]);
  });

  it("builds the very structure that is asked for", async () => {
    const { created } = await create({
      subject: "structured",
      bodyStructure: {
        type: "multipart/mixed",
        subParts: [
          {
            type: "multipart/mixed",
            subParts: [
              { partId: "a", type: "text/plain" },
              { partId: "b", type: "text/html" },
            ],
          },
          { partId: "c", type: "text/plain", "header:X-Part:asText": "tretia" },
        ],
      },
      bodyValues: { a: { value: "A" }, b: { value: "<p>B</p>" }, c: { value: "C" } },
    });
    const raw = await rawOf(created.c.id);
    const email = await get(await server.append("demo@crm.test", raw), {
      properties: ["bodyStructure", "bodyValues"],
      bodyProperties: ["partId", "type", "header:X-Part:asText"],
      fetchAllBodyValues: true,
    });
    expect(email.bodyStructure.subParts.map((part: { type: string }) => part.type)).toEqual([
      "multipart/mixed",
      "text/plain",
    ]);
    expect(email.bodyStructure.subParts[1]["header:X-Part:asText"]).toBe("tretia");
    expect(email.bodyValues).toMatchObject({
      "1.1": { value: "A" },
      "1.2": { value: "<p>B</p>" },
      "2": { value: "C" },
    });
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ["CR LF in the subject", { subject: "x\r\nBcc: evil@x.test" }, ["subject"]],
    ["LF in a name", { to: [{ name: "a\nB: c", email: "a@x.test" }] }, ["to"]],
    ["CR in an address", { cc: [{ email: "a@x.test\r" }] }, ["cc"]],
    ["a Unicode line separator", { subject: "a\u2028b" }, ["subject"]],
    ["NUL in a message id", { inReplyTo: ["a\0@x"] }, ["inReplyTo"]],
    ["a break in a raw header", { "header:X-Y": " a\r\nB: c" }, ["header:X-Y"]],
    [
      "a break in a file name",
      { textBody: [{ partId: "t", type: "text/plain", name: "a\r\nb" }], bodyValues: { t: { value: "" } } },
      ["textBody/name"],
    ],
    ["a comma in an address", { to: [{ email: "a@x.test, b@x.test" }] }, ["to"]],
    ["Content-* at the top", { "header:Content-Type": " text/html" }, ["header:Content-Type"]],
    ["headers, which are for reading", { headers: [] }, ["headers"]],
    ["an unknown property", { nonsense: 1 }, ["nonsense"]],
    ["a mailbox that is not there", { mailboxIds: { nowhere: true } }, ["mailboxIds"]],
    ["no mailbox at all", { mailboxIds: {} }, ["mailboxIds"]],
    ["a bad keyword", { keywords: { "a b": true } }, ["keywords"]],
    ["a body without its value", { textBody: [{ partId: "gone", type: "text/plain" }] }, ["bodyValues"]],
    [
      "HTML as textBody",
      { textBody: [{ partId: "t", type: "text/html" }], bodyValues: { t: { value: "" } } },
      ["textBody"],
    ],
    ["a date that is none", { sentAt: "yesterday" }, ["sentAt"]],
  ])("refuses %s", async (_what, email, properties) => {
    expect((await create(email)).notCreated.c).toMatchObject({ type: "invalidProperties", properties });
  });

  it("refuses the same field twice", async () => {
    const answer = await create({ subject: "a", "header:Subject:asText": "b" });
    expect(answer.notCreated.c).toMatchObject({
      type: "invalidProperties",
      properties: ["subject", "header:Subject:asText"],
    });
  });

  it("says which blob is missing, and when attachments are too large", async () => {
    const missing = await create({ attachments: [{ blobId: "Unone", type: "image/png" }] });
    expect(missing.notCreated.c).toMatchObject({ type: "blobNotFound", notFound: ["Unone"] });
    const { blobId } = await jsonOf(await client.upload(Buffer.alloc(60_000)));
    expect((await create({ attachments: [{ blobId, type: "image/png" }] })).notCreated.c).toMatchObject({
      type: "tooLarge",
    });
  });

  it("patches keywords and mailboxes by path, and moves the counts", async () => {
    const id = await server.deliver("demo@crm.test", { from: { email: "a@x.test" }, subject: "x", text: "x" });
    const unread = async () => (await client.call("Mailbox/get", { ids: [inbox] })).list[0].unreadEmails;
    const before = await unread();
    const answer = await client.call("Email/set", {
      update: { [id]: { "keywords/$seen": true, "keywords/$flagged": true, [`mailboxIds/${drafts}`]: true } },
    });
    expect(answer.updated).toEqual({ [id]: null });
    expect(await get(id)).toMatchObject({
      keywords: { $seen: true, $flagged: true },
      mailboxIds: { [inbox]: true, [drafts]: true },
    });
    expect(await unread()).toBe(before - 1);
    await client.call("Email/set", { update: { [id]: { "keywords/$flagged": null, [`mailboxIds/${inbox}`]: null } } });
    expect(await get(id)).toMatchObject({ keywords: { $seen: true }, mailboxIds: { [drafts]: true } });
  });

  it.each([
    ["the last mailbox away", (id: string) => ({ [`mailboxIds/${inbox}`]: null, id }), "invalidProperties"],
    ["the subject", () => ({ subject: "other" }), "invalidProperties"],
    ["a path through nothing", () => ({ "keywords/$seen/deeper": true }), "invalidPatch"],
    ["a path and one below it", () => ({ keywords: {}, "keywords/$seen": true }), "invalidPatch"],
  ])("does not patch %s", async (_what, patch, type) => {
    const id = await server.deliver("demo@crm.test", { from: { email: "a@x.test" }, subject: "x", text: "x" });
    const { id: _id, ...properties } = patch(id) as Record<string, unknown>;
    expect((await client.call("Email/set", { update: { [id]: properties } })).notUpdated[id]).toMatchObject({ type });
  });

  it("does not move the state for a change that changes nothing", async () => {
    const id = await server.deliver("demo@crm.test", { from: { email: "a@x.test" }, subject: "x", text: "x" });
    const answer = await client.call("Email/set", { update: { [id]: { "keywords/$seen": null } } });
    expect(answer).toMatchObject({ updated: { [id]: null }, newState: answer.oldState });
  });

  it("destroys, and is honest about what is gone already", async () => {
    const id = await server.deliver("demo@crm.test", { from: { email: "a@x.test" }, subject: "x", text: "x" });
    expect((await client.call("Email/set", { destroy: [id] })).destroyed).toEqual([id]);
    expect((await client.call("Email/set", { destroy: [id] })).notDestroyed[id]).toMatchObject({ type: "notFound" });
    expect((await client.call("Email/set", { destroy: ["a", "b", "c", "d", "e", "f"] })).error).toMatchObject({
      type: "requestTooLarge",
    });
  });

  it("takes creation ids for `__proto__` like any other", async () => {
    const create = JSON.parse(`{"__proto__":{"mailboxIds":{"${drafts}":true}}}`);
    const response = await client.call("Email/set", { create });
    expect(Object.keys(response.created)).toEqual(["__proto__"]);
  });

  it("imports an uploaded message as it is", async () => {
    const raw = "From: a@x.test\r\nSubject: imported\r\nMessage-ID: <i@x.test>\r\n\r\nbody\r\n";
    const { blobId } = await jsonOf(await client.upload(raw, "message/rfc822"));
    const receivedAt = "2025-05-05T05:05:05Z";
    const emails = { i: { blobId, mailboxIds: { [inbox]: true }, keywords: { $seen: true }, receivedAt } };
    const { created } = await client.call("Email/import", {
      emails: { ...emails, bad: { blobId: "Unone", mailboxIds: { [inbox]: true } } },
    });
    expect(Object.keys(created)).toEqual(["i"]);
    expect(await get(created.i.id)).toMatchObject({ subject: "imported", receivedAt, keywords: { $seen: true } });
    expect(await rawOf(created.i.id)).toBe(raw);
  });

  it("threads by Message-ID, In-Reply-To and References, whichever comes first", async () => {
    const threads = await Promise.all(
      [
        "Message-ID: <t1@x>",
        "In-Reply-To: <t1@x>\r\nMessage-ID: <t2@x>",
        "References: <t0@x>\r\n <t2@x>",
        "Message-ID: <t0@x>",
        "Message-ID: <alone@x>",
      ].map(
        async (headers) =>
          (await get(await server.append("demo@crm.test", `${headers}\r\nSubject: s\r\n\r\nx`))).threadId,
      ),
    );
    expect(new Set(threads.slice(0, 4)).size).toBe(1);
    expect(threads[4]).not.toBe(threads[0]);
  });
});
