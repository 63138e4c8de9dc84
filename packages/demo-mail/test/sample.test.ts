import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoMailServer, startDemoMail } from "../src/index.ts";
import { MailClient } from "./mail-client.ts";

const NOW = new Date("2026-03-02T12:00:00Z");

interface SampleEmail {
  id: string;
  threadId: string;
  from: { name: string | null; email: string }[];
  to: { email: string }[];
  subject: string;
  receivedAt: string;
  preview: string;
  hasAttachment: boolean;
  keywords: Record<string, true>;
  inReplyTo: string[] | null;
  attachments: { blobId: string; type: string; name: string; cid: string | null }[];
  bodyValues: Record<string, { value: string; isEncodingProblem: boolean }>;
  "header:List-Id:asText": string | null;
  "header:List-Unsubscribe:asURLs": string[] | null;
}

async function readAll(client: MailClient): Promise<SampleEmail[]> {
  const { ids } = await client.call("Email/query", { sort: [{ property: "receivedAt" }] });
  const properties = [
    "threadId",
    "from",
    "to",
    "subject",
    "receivedAt",
    "preview",
    "hasAttachment",
    "keywords",
    "inReplyTo",
    "attachments",
    "bodyValues",
    "header:List-Id:asText",
    "header:List-Unsubscribe:asURLs",
  ];
  const all: SampleEmail[] = [];
  for (let start = 0; start < ids.length; start += 200) {
    all.push(
      ...(await client.call("Email/get", { ids: ids.slice(start, start + 200), properties, fetchAllBodyValues: true }))
        .list,
    );
  }
  return all;
}

describe("the sample mailbox", () => {
  let server: DemoMailServer;
  let client: MailClient;
  let emails: SampleEmail[];
  beforeAll(async () => {
    server = await startDemoMail({ now: NOW });
    client = await MailClient.connect(server);
    emails = await readAll(client);
  });
  afterAll(() => server.close());

  it("is a year of about 600 messages that ends now", () => {
    expect(emails.length).toBeGreaterThan(580);
    expect(emails.length).toBeLessThan(630);
    const dates = emails.map((email) => Date.parse(email.receivedAt));
    expect(Math.max(...dates)).toBeLessThanOrEqual(NOW.getTime() + 4000);
    expect(Math.max(...dates)).toBeGreaterThan(NOW.getTime() - 3 * 86_400_000);
    expect(Math.min(...dates)).toBeGreaterThan(NOW.getTime() - 366 * 86_400_000);
  });

  it("is the same for the same now, and has other ids for another", async () => {
    const again = await startDemoMail({ now: NOW });
    const same = await (await MailClient.connect(again)).call("Email/query", { sort: [{ property: "receivedAt" }] });
    expect(same.ids).toEqual(emails.map((email) => email.id));
    await again.close();
    const later = await startDemoMail({ now: new Date(NOW.getTime() + 86_400_000) });
    const other = await (await MailClient.connect(later)).call("Email/query", {});
    expect(other.ids.filter((id: string) => same.ids.includes(id))).toEqual([]);
    await later.close();
  });

  it("has people with diacritics, real threads, attachments, unread and flagged mail", () => {
    const sizes = new Map<string, number>();
    for (const { threadId } of emails) sizes.set(threadId, (sizes.get(threadId) ?? 0) + 1);
    expect([...sizes.values()].filter((size) => size >= 3).length).toBeGreaterThan(60);
    const people = new Set(emails.map(({ from }) => from[0]?.name).filter((name) => name && /[^\x20-\x7e]/.test(name)));
    expect(people.size).toBeGreaterThan(15);
    expect(emails.filter(({ hasAttachment }) => hasAttachment).length).toBeGreaterThan(60);
    const unread = emails.filter(({ keywords }) => !keywords.$seen && !keywords.$draft).length / emails.length;
    expect(unread).toBeGreaterThan(0.1);
    expect(unread).toBeLessThan(0.14);
    expect(emails.some(({ keywords }) => keywords.$flagged)).toBe(true);
  });

  it("has newsletters that can be told by their headers", () => {
    const lists = emails.filter((email) => email["header:List-Id:asText"] !== null);
    expect(lists.length).toBeGreaterThan(50);
    for (const email of lists) expect(email["header:List-Unsubscribe:asURLs"]?.[0]).toMatch(/^https:/);
  });

  it("leaves no template unfilled, and names nobody outside .test and .example", () => {
    for (const { subject, bodyValues, from, to } of emails) {
      const text = [
        subject,
        ...Object.values(bodyValues).map(({ value }) => value.replace(/<style[\s\S]*?<\/style>/g, "")),
      ].join("\n");
      expect(text).not.toMatch(/\$[a-z]|\{[^}]*\|[^}]*\}|\[[^\]]*\/[^\]]*\]|undefined/);
      for (const { email } of [...from, ...to]) expect(email).toMatch(/\.(test|example)$/);
    }
    expect(emails.every(({ preview }) => preview.length > 0 && preview.length <= 256)).toBe(true);
    expect(
      emails.flatMap(({ bodyValues }) => Object.values(bodyValues)).some(({ isEncodingProblem }) => isEncodingProblem),
    ).toBe(false);
  });

  it("has attachments that are what they say", async () => {
    const magic: Record<string, string> = { "application/pdf": "%PDF-1.4", "image/png": "\x89PNG" };
    const byType = new Map(emails.flatMap(({ attachments }) => attachments).map((part) => [part.type, part]));
    expect([...byType.keys()].sort()).toEqual(["application/pdf", "image/png", "text/csv"]);
    for (const [type, { blobId, name }] of byType) {
      const octets = Buffer.from(await (await client.download(blobId, name, type)).arrayBuffer());
      expect(octets.toString("latin1").startsWith(magic[type] ?? "")).toBe(true);
      expect(octets.length).toBeGreaterThan(60);
    }
    expect(emails.some(({ attachments }) => attachments.some(({ cid }) => cid !== null))).toBe(true);
  });

  it("has raw messages that read the same as they are shown", async () => {
    const empty = await startDemoMail({ seed: "empty" });
    const other = await MailClient.connect(empty);
    for (const email of emails.filter((_email, index) => index % 40 === 0)) {
      const raw = await (await client.download(`M${email.id}`, "m.eml", "message/rfc822")).text();
      const id = await empty.append("demo@crm.test", raw);
      const [again] = (await other.call("Email/get", { ids: [id], fetchAllBodyValues: true })).list;
      expect(again).toMatchObject({
        from: email.from,
        to: email.to,
        subject: email.subject,
        preview: email.preview,
        inReplyTo: email.inReplyTo,
      });
      expect(again.bodyValues).toEqual(email.bodyValues);
    }
    await empty.close();
  });
});
