import { auditLogs, emails, mailAccounts, outbox } from "@crm/db";
import { getEmails, getIdentities, getMailboxes, queryEmails, setEmails, submitEmail } from "@crm/jmap";
import { mailServerCases } from "@crm/jmap/testing";
import { addContact, getThread, listEmails, replyToEmail, sendEmail, settleOutbox } from "@crm/services";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, inject, it } from "vitest";
import { handOver } from "../../src/mail/outbox/hand-over.ts";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { deskForEachTest, link, syncAll } from "./open-desk.ts";

const CONTACT = "jana@zakaznik.test";

const isOlder = inject("postgresVersion") !== "18";
const cases = mailServerCases(inject("cyrus")).filter(({ name }) => !isOlder || name === "demo-mail");

for (const { name, isMissing, open } of cases) {
  describe.skipIf(isMissing)(`sending through ${name}`, () => {
    const { server, desk } = deskForEachTest(open);
    beforeEach(async () => {
      await server.deliver(
        desk.mailbox,
        Buffer.from(
          `From: =?utf-8?Q?Jana_Kov=C3=A1=C4=8Dov=C3=A1?= <${CONTACT}>\r\nTo: ${desk.mailbox.username}\r\n` +
            "Subject: Ponuka\r\nMessage-ID: <second@zakaznik.test>\r\nIn-Reply-To: <first@zakaznik.test>\r\n" +
            "References: <zero@zakaznik.test> <first@zakaznik.test>\r\n\r\nPošlite ponuku.\r\n",
        ),
      );
      await link(desk);
      await addContact(desk.dependencies, desk.actor, { email: CONTACT });
    });

    const write = { to: `Jana Kováčová <${CONTACT}>`, subject: "Re: Ponuka", body: "Prikladám.\n" };
    const roleOf = async (jmapId: string) => {
      const { list } = await getEmails(desk.client, { ids: [jmapId], properties: ["mailboxIds", "keywords"] });
      const { list: boxes } = await getMailboxes(desk.client);
      return boxes.filter(({ id }) => list[0]?.mailboxIds?.[id]).map(({ role }) => role);
    };
    const drafts = async () => {
      const { list } = await getMailboxes(desk.client);
      const id = list.find((mailbox) => mailbox.role === "drafts")?.id ?? "";
      return (await queryEmails(desk.client, { filter: { inMailbox: id } })).ids;
    };

    it("answers in the thread, lies in Sent at the server, and reaches the recipient once", async () => {
      // The server is shared with other suites, so somebody whom nobody else writes to.
      const hidden = `skryta.${desk.mailbox.username}`;
      const sent = await replyToEmail(desk.dependencies, desk.actor, {
        ...write,
        cc: ["kopia@zakaznik.test"],
        bcc: hidden,
        html: "<p>Prikladám.</p>",
        inReplyTo: "<second@zakaznik.test>",
      });
      expect(sent.status).toBe("sent");
      expect(sent.email).toMatchObject({ direction: "outbound", inReplyTo: "<second@zakaznik.test>", isRead: true });
      const thread = await getThread(desk.dependencies, desk.actor, { threadId: sent.email?.threadId ?? "" });
      expect(thread.map((email) => email.messageId)).toEqual(["<second@zakaznik.test>", sent.messageId]);
      expect(await roleOf(sent.email?.jmapId ?? "")).toEqual(["sent"]);
      expect(await drafts()).toEqual([]);
      const { list } = await getEmails(desk.client, { ids: [sent.email?.jmapId ?? ""], properties: ["bcc"] });
      expect(list[0]?.bcc?.map(({ email }) => email)).toEqual([hidden]);

      const delivered = await server.waitForSent(hidden);
      expect([...delivered.to].sort()).toEqual([CONTACT, "kopia@zakaznik.test", hidden].sort());
      const raw = delivered.raw.toString("latin1").replace(/\r\n[ \t]+/g, " ");
      expect(raw).toMatch(/^In-Reply-To: <second@zakaznik\.test>$/m);
      expect(raw).toMatch(/^References: <zero@zakaznik\.test> <first@zakaznik\.test> <second@zakaznik\.test>$/m);
      expect(raw.toLowerCase()).toContain(`\nmessage-id: ${sent.messageId}`);
      expect(raw).not.toMatch(/^Bcc:/im);
      expect(await server.sentMessages({ from: desk.mailbox.username })).toHaveLength(1);

      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
    });

    it("does not send twice for one idempotency key, even when the first answer was lost", async () => {
      const options = { idempotencyKey: "once" };
      const first = await sendEmail(desk.dependencies, desk.actor, write, options);
      const second = await sendEmail(desk.dependencies, desk.actor, write, options);
      expect(second.messageId).toBe(first.messageId);
      expect(await server.sentMessages({ from: desk.mailbox.username })).toHaveLength(1);
    });

    it("sends what a crash left in the outbox before the mail server heard of it", async () => {
      await leaveInOutbox("queued");
      expect(await settleOutbox(desk.dependencies)).toBe(1);
      expect(await settleOutbox(desk.dependencies)).toBe(0);
      expect(await server.sentMessages({ from: desk.mailbox.username })).toHaveLength(1);
      const { items } = await listEmails(desk.dependencies, desk.actor, { limit: 10, direction: "outbound" });
      expect(items.map((email) => email.messageId)).toEqual(["<left@example.test>"]);
    });

    it("finds a message at the server that a crash left as submitting, and does not send it again", async () => {
      await leaveInOutbox("submitting");
      await sendByAnotherHand("left@example.test");
      expect(await settleOutbox(desk.dependencies)).toBe(1);
      expect(await server.sentMessages({ from: desk.mailbox.username })).toHaveLength(1);
      const [row] = await desk.database.db.select().from(outbox);
      expect(row?.state).toBe("sent");
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
    });

    it("says unknown for a draft whose submission cannot be known, and leaves it to a person", async () => {
      await leaveInOutbox("submitting");
      await draftByAnotherHand("left@example.test");
      await settleOutbox(desk.dependencies);
      const [row] = await desk.database.db.select().from(outbox);
      expect(row?.state).toBe("unknown");
      expect(await settleOutbox(desk.dependencies)).toBe(0);
      expect(await server.sentMessages({ from: desk.mailbox.username })).toEqual([]);
    });

    it("says what the mail server refused, and leaves no draft", async () => {
      const refused = sendEmail(desk.dependencies, desk.actor, { ...write, to: "reject@zakaznik.test" });
      await expect(refused).rejects.toMatchObject({ code: "MAIL_REJECTED" });
      expect(await drafts()).toEqual([]);
      const [row] = await desk.database.db.select().from(outbox);
      expect(row?.state).toBe("failed");
      const [audit] = await desk.database.db.select().from(auditLogs).where(eq(auditLogs.action, "email.send"));
      expect(audit).toMatchObject({ success: false });
    });

    it("names the attachment that the mail server does not have", async () => {
      const blob = await desk.client.upload(Buffer.from("hello"), { type: "text/plain" });
      const file = { name: "a.txt", type: "text/plain" };
      const attachments = [
        { ...file, blobId: blob.blobId },
        { ...file, blobId: "Gnothing" },
      ];
      const refused = sendEmail(desk.dependencies, desk.actor, { ...write, attachments });
      await expect(refused).rejects.toMatchObject({
        code: "MAIL_REJECTED",
        message: expect.stringContaining("attachment"),
        details: [{ path: "attachments.1.blobId" }],
      });
      expect(await drafts()).toEqual([]);
      expect(await server.sentMessages({ from: desk.mailbox.username })).toEqual([]);
    });

    it("quotes what is answered when asked to", async () => {
      const answer = { ...write, html: "<p>Prikladám.</p>", inReplyTo: "second@zakaznik.test", quote: true };
      const { email } = await replyToEmail(desk.dependencies, desk.actor, answer);
      expect(email?.body).toMatch(/^Prikladám\.\r?\n\r?\nOn .+ wrote:\r?\n> Po.+lite ponuku\.\r?\n/);
      expect(email?.bodyHtml).toMatch(/<p>Prikladám\.<\/p>.*<blockquote>Po.+lite ponuku\./s);
    });

    it("is handed over by one hand: who finds that another one took it meanwhile leaves it", async () => {
      await leaveInOutbox("queued");
      const { db } = desk.database;
      const [row] = await db.select().from(outbox);
      const [account] = await db.select().from(mailAccounts);
      if (!row || !account) throw new Error("there is nothing to send");
      await db.update(outbox).set({ updatedAt: new Date().toISOString() });
      const settled = await handOver(desk.dependencies, account, row, async () => {});
      expect(settled.state).toBe("unknown");
      expect(await server.sentMessages({ from: desk.mailbox.username })).toEqual([]);
    });

    it("gives up on a message that a crash left and the mail server refuses", async () => {
      await leaveInOutbox("submitting", "reject@zakaznik.test");
      expect(await settleOutbox(desk.dependencies)).toBe(0);
      const [row] = await desk.database.db.select().from(outbox);
      expect(row?.state).toBe("failed");
    });

    it("knows a repeated answer, whatever came into the thread meanwhile", async () => {
      const { items } = await listEmails(desk.dependencies, desk.actor, { limit: 1 });
      const answer = { ...write, threadId: items[0]?.threadId ?? "" };
      const first = await replyToEmail(desk.dependencies, desk.actor, answer, { idempotencyKey: "answer" });
      const again = await replyToEmail(desk.dependencies, desk.actor, answer, { idempotencyKey: "answer" });
      expect(again.messageId).toBe(first.messageId);
      expect(await server.sentMessages({ from: desk.mailbox.username })).toHaveLength(1);
    });

    it("refuses recipients that are none, naming them", async () => {
      for (const [to, path] of [
        ["not an address", "to"],
        [[CONTACT, "a@b, c@d"], "to.1"],
        ["group: a@b.test;", "to"],
      ] as const) {
        const input = { ...write, to: typeof to === "string" ? to : [...to] };
        await expect(sendEmail(desk.dependencies, desk.actor, input)).rejects.toMatchObject({
          code: "VALIDATION_ERROR",
          details: [{ path }],
        });
      }
    });

    it("answers nothing that is not one's own", async () => {
      const foreign = replyToEmail(desk.dependencies, desk.actor, { ...write, inReplyTo: "<foreign@zakaznik.test>" });
      await expect(foreign).rejects.toMatchObject({ code: "NOT_FOUND" });
    });

    /** As a process that was killed leaves it. */
    async function leaveInOutbox(state: "queued" | "submitting", to = CONTACT) {
      const { db } = desk.database;
      const [mail] = await db.select().from(emails);
      if (!mail) throw new Error("there is no mail");
      await db.insert(outbox).values({
        organizationId: mail.organizationId,
        userId: mail.userId,
        mailAccountId: mail.mailAccountId,
        messageId: "left@example.test",
        state,
        updatedAt: new Date(Date.now() - 120_000).toISOString(),
        message: {
          ...{
            from: { name: null, email: desk.mailbox.username },
            to: [{ name: null, email: to }],
            cc: [],
            bcc: [],
          },
          ...{ subject: "Left", text: "left", html: null, attachments: [], inReplyTo: null, references: [] },
        },
      });
    }

    const leftEmail = (messageId: string) => ({
      ...{ messageId: [messageId], from: [{ name: null, email: desk.mailbox.username }], subject: "Left" },
      ...{ to: [{ name: null, email: CONTACT }], bodyValues: { t: { value: "left" } } },
      textBody: [{ partId: "t", type: "text/plain" }],
    });

    async function sendByAnotherHand(messageId: string) {
      const { list: boxes } = await getMailboxes(desk.client);
      const { list: identities } = await getIdentities(desk.client);
      const idOf = (role: string) => boxes.find((mailbox) => mailbox.role === role)?.id ?? "";
      await submitEmail(desk.client, {
        email: leftEmail(messageId),
        identityId: identities[0]?.id ?? "",
        draftsMailboxId: idOf("drafts"),
        sentMailboxId: idOf("sent"),
      });
    }

    async function draftByAnotherHand(messageId: string) {
      const { list: boxes } = await getMailboxes(desk.client);
      const draftsId = boxes.find((mailbox) => mailbox.role === "drafts")?.id ?? "";
      const draft = { ...leftEmail(messageId), mailboxIds: { [draftsId]: true }, keywords: { $draft: true } };
      await setEmails(desk.client, { create: { draft } });
    }
  });
}
