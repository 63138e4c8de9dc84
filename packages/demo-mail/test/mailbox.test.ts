import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoMailServer, startDemoMail } from "../src/index.ts";
import { MailClient } from "./mail-client.ts";

describe("mailboxes", () => {
  let server: DemoMailServer;
  let client: MailClient;
  beforeAll(async () => {
    server = await startDemoMail({ seed: "empty" });
    client = await MailClient.connect(server);
  });
  afterAll(() => server.close());

  it("come with the usual roles", async () => {
    const { list } = await client.call("Mailbox/get", { ids: null, properties: ["role"] });
    expect(list.map((mailbox: { role: string }) => mailbox.role)).toEqual([
      "inbox",
      "drafts",
      "sent",
      "archive",
      "junk",
      "trash",
    ]);
  });

  it("are found by role, name and parent, sorted as a tree", async () => {
    const { created } = await client.call("Mailbox/set", {
      create: { a: { name: "Zákazky" }, b: { name: "2026", parentId: "#a" } },
    });
    const query = async (args: Record<string, unknown>) => (await client.call("Mailbox/query", args)).ids;
    expect(await query({ filter: { role: "sent" } })).toEqual([await client.mailboxId("sent")]);
    expect(await query({ filter: { name: "zákaz" } })).toEqual([created.a.id]);
    expect(await query({ filter: { parentId: created.a.id } })).toEqual([created.b.id]);
    expect(await query({ filter: { hasAnyRole: false }, sort: [{ property: "name" }], sortAsTree: true })).toEqual([
      created.a.id,
      created.b.id,
    ]);
  });

  it("count emails and threads, unread ones apart, drafts never unread", async () => {
    const append = (headers: string, keywords: string[] = []) =>
      server.append("demo@crm.test", `${headers}\r\n\r\nx`, { mailbox: "archive", keywords });
    await append("Message-ID: <1@x>");
    await append("References: <1@x>", ["$seen"]);
    await append("Message-ID: <2@x>", ["$draft"]);
    const { list } = await client.call("Mailbox/get", { ids: [await client.mailboxId("archive")] });
    expect(list[0]).toMatchObject({ totalEmails: 3, unreadEmails: 1, totalThreads: 2, unreadThreads: 1 });
  });

  it("refuse bad names, twins, loops and second inboxes", async () => {
    const set = async (patch: Record<string, unknown>) => {
      const { created } = await client.call("Mailbox/set", { create: { m: { name: `m${Math.random()}` } } });
      return (
        await client.call("Mailbox/set", {
          update: { [created.m.id]: typeof patch.parentId === "string" ? { parentId: created.m.id } : patch },
        })
      ).notUpdated;
    };
    for (const patch of [
      { name: "" },
      { name: "Inbox" },
      { name: "a\nb" },
      { role: "inbox" },
      { parentId: "itself" },
      { totalEmails: 3 },
    ]) {
      expect(Object.values(await set(patch))).toMatchObject([
        { type: "invalidProperties", properties: Object.keys(patch) },
      ]);
    }
  });

  it("are not destroyed with mail in them unless told so", async () => {
    const { created } = await client.call("Mailbox/set", { create: { m: { name: "Dočasné" } } });
    const mailboxId = created.m.id;
    const emailId = await server.append("demo@crm.test", "Subject: x\r\n\r\nx", { mailbox: "Dočasné" });
    expect((await client.call("Mailbox/set", { destroy: [mailboxId] })).notDestroyed[mailboxId].type).toBe(
      "mailboxHasEmail",
    );
    const gone = await client.call("Mailbox/set", { destroy: [mailboxId], onDestroyRemoveEmails: true });
    expect(gone.destroyed).toEqual([mailboxId]);
    expect((await client.call("Email/get", { ids: [emailId] })).notFound).toEqual([emailId]);
  });
});
