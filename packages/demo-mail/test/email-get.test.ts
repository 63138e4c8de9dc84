import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoMailServer, startDemoMail } from "../src/index.ts";
import { MailClient } from "./mail-client.ts";

const RAW = [
  "Received: from x by y; Tue, 3 Mar 2026 10:00:00 +0100",
  "Date: Tue, 3 Mar 2026 09:59:58 +0100",
  'From: =?UTF-8?Q?=C5=BDofia_Krat=C3=A1?= <zofia@x.test>, "Nov\\"ák, Ján" <jan@x.test>',
  "To: Team: a@x.test, B <b@x.test>;, demo@crm.test",
  "Subject: =?utf-8?B?xb1sdMO9?= =?utf-8?B?IGvDtMWI?=",
  " and more",
  "Message-ID: <one@x.test>",
  "References: <zero@x.test>\r\n <half@x.test>",
  "List-Unsubscribe: <https://x.test/u>, <mailto:u@x.test>",
  "X-Twice: first",
  "X-Twice: second",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="m"',
  "",
  "preamble",
  "--m",
  'Content-Type: multipart/alternative; boundary="a"',
  "",
  "--a",
  "Content-Type: text/plain; charset=windows-1250",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "=8Elt=FD k=F4=F2",
  "--a",
  "Content-Type: text/html; charset=utf-8",
  "",
  "<p>Žltý <b>kôň</b></p>",
  "--a--",
  "--m",
  "Content-Type: application/pdf",
  "Content-Disposition: attachment; filename*=UTF-8''fakt%C3%BAra.pdf",
  "Content-Transfer-Encoding: base64",
  "",
  "JVBERi0xLjQK",
  "--m--",
  "",
].join("\r\n");

describe("Email/get", () => {
  let server: DemoMailServer;
  let client: MailClient;
  let id: string;
  beforeAll(async () => {
    server = await startDemoMail({ seed: "empty" });
    client = await MailClient.connect(server);
    id = await server.deliver("demo@crm.test", RAW);
  });
  afterAll(() => server.close());

  const get = async (args: Record<string, unknown>) => (await client.call("Email/get", { ids: [id], ...args })).list[0];

  it("reads the header in its convenient forms", async () => {
    const email = await get({});
    expect(email).toMatchObject({
      messageId: ["one@x.test"],
      references: ["zero@x.test", "half@x.test"],
      inReplyTo: null,
      from: [
        { name: "Žofia Kratá", email: "zofia@x.test" },
        { name: 'Nov"ák, Ján', email: "jan@x.test" },
      ],
      subject: "Žltý kôň and more",
      sentAt: "2026-03-03T09:59:58+01:00",
      hasAttachment: true,
      preview: "Žltý kôň",
      size: Buffer.byteLength(RAW),
    });
    expect(email.to.map((address: { email: string }) => address.email)).toEqual([
      "a@x.test",
      "b@x.test",
      "demo@crm.test",
    ]);
  });

  it("reads any header in any form that it has", async () => {
    const properties = [
      "header:to:asGroupedAddresses",
      "header:List-Unsubscribe:asURLs",
      "header:X-Twice:asText",
      "header:X-Twice:asText:all",
      "header:X-Missing",
      "header:Date:asDate",
      "header:References",
    ];
    expect(await get({ properties })).toEqual({
      id,
      "header:to:asGroupedAddresses": [
        {
          name: "Team",
          addresses: [
            { name: null, email: "a@x.test" },
            { name: "B", email: "b@x.test" },
          ],
        },
        { name: null, addresses: [{ name: null, email: "demo@crm.test" }] },
      ],
      "header:List-Unsubscribe:asURLs": ["https://x.test/u", "mailto:u@x.test"],
      "header:X-Twice:asText": "second",
      "header:X-Twice:asText:all": ["first", "second"],
      "header:X-Missing": null,
      "header:Date:asDate": "2026-03-03T09:59:58+01:00",
      "header:References": " <zero@x.test>\r\n <half@x.test>",
    });
  });

  it("tells the structure, and what of it is text, HTML and attachment", async () => {
    const email = await get({
      properties: ["bodyStructure", "textBody", "htmlBody", "attachments"],
      bodyProperties: ["partId", "type", "name"],
    });
    expect(email.bodyStructure).toEqual({
      partId: null,
      type: "multipart/mixed",
      name: null,
      subParts: [
        {
          partId: null,
          type: "multipart/alternative",
          name: null,
          subParts: [
            { partId: "1.1", type: "text/plain", name: null },
            { partId: "1.2", type: "text/html", name: null },
          ],
        },
        { partId: "2", type: "application/pdf", name: "faktúra.pdf" },
      ],
    });
    expect(email.textBody).toEqual([{ partId: "1.1", type: "text/plain", name: null }]);
    expect(email.htmlBody).toEqual([{ partId: "1.2", type: "text/html", name: null }]);
    expect(email.attachments).toEqual([{ partId: "2", type: "application/pdf", name: "faktúra.pdf" }]);
  });

  it("gives the bodies that are asked for, decoded", async () => {
    const text = await get({ properties: ["bodyValues"], fetchTextBodyValues: true });
    expect(text.bodyValues).toEqual({ "1.1": { value: "Žltý kôň", isEncodingProblem: false, isTruncated: false } });
    const all = await get({ properties: ["bodyValues"], fetchAllBodyValues: true });
    expect(Object.keys(all.bodyValues)).toEqual(["1.1", "1.2"]);
    expect((await get({ properties: ["bodyValues"] })).bodyValues).toEqual({});
  });

  it("truncates at whole characters, and never inside a tag", async () => {
    const text = await get({ properties: ["bodyValues"], fetchTextBodyValues: true, maxBodyValueBytes: 1 });
    expect(text.bodyValues["1.1"]).toEqual({ value: "", isEncodingProblem: false, isTruncated: true });
    const html = await get({ properties: ["bodyValues"], fetchHTMLBodyValues: true, maxBodyValueBytes: 11 });
    expect(html.bodyValues["1.2"]).toMatchObject({ value: "<p>Žltý ", isTruncated: true });
  });

  it("says so when a text cannot be decoded", async () => {
    const broken = await server.deliver(
      "demo@crm.test",
      Buffer.from("Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\na\xffb", "latin1"),
    );
    const [email] = (await client.call("Email/get", { ids: [broken], fetchTextBodyValues: true })).list;
    expect(email.bodyValues["1"]).toEqual({ value: "a\ufffdb", isEncodingProblem: true, isTruncated: false });
  });

  it("names what it does not find", async () => {
    expect(await client.call("Email/get", { ids: ["nowhere", id], properties: ["id"] })).toMatchObject({
      list: [{ id }],
      notFound: ["nowhere"],
    });
  });

  it("survives messages that are barely messages", async () => {
    for (const raw of [
      "",
      "\r\n",
      "no header at all",
      "Content-Type: multipart/mixed; boundary=x\r\n\r\n--y",
      "Subject",
      "A: b\r\n\r\n",
    ]) {
      const odd = await server.deliver("demo@crm.test", raw);
      const [email] = (await client.call("Email/get", { ids: [odd], fetchAllBodyValues: true })).list;
      expect(email.id).toBe(odd);
    }
  });

  it.each([
    ["unclosed tags", `Content-Type: text/html\r\n\r\n${"<style".repeat(200_000)}`],
    ["opening brackets", `Content-Type: text/html\r\n\r\n${"<".repeat(1_000_000)}`],
    ["comments", `Content-Type: text/html\r\n\r\n${"<!--".repeat(250_000)}`],
    ["delimiters", `Content-Type: multipart/mixed; boundary=x\r\n\r\n${"--x".repeat(300_000)}\r\n--x\r\n\r\nok`],
    ["folded fields", `X: ${"a\r\n b".repeat(100_000)}\r\n\r\nok`],
  ])("reads a megabyte of %s in a moment", async (_what, raw) => {
    const started = performance.now();
    const odd = await server.deliver("demo@crm.test", raw);
    expect((await client.call("Email/get", { ids: [odd] })).list).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("gives the raw message as a blob, and each part without its encoding", async () => {
    const email = await get({ properties: ["blobId", "attachments"] });
    expect(await (await client.download(email.blobId, "m.eml", "message/rfc822")).text()).toBe(RAW);
    const response = await client.download(email.attachments[0].blobId, "faktúra (1).pdf", "application/pdf");
    expect(await response.text()).toBe("%PDF-1.4\n");
    expect(response.headers.get("content-type")).toBe("application/pdf");
    expect(response.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''fakt%C3%BAra%20%281%29.pdf");
    expect((await client.download("nothing")).status).toBe(404);
  });
});
