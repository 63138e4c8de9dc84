import { getEmails, queryEmails } from "@crm/jmap";
import { mailServerCases } from "@crm/jmap/testing";
import {
  addContact,
  countUnread,
  getAttachment,
  getThread,
  listEmails,
  listThreads,
  markThreadRead,
} from "@crm/services";
import { beforeEach, describe, expect, inject, it } from "vitest";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { deskForEachTest, link, syncAll } from "./open-desk.ts";

const CONTACT = "jana@zakaznik.test";
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

for (const { name, isMissing, open } of mailServerCases(inject("cyrus"))) {
  describe.skipIf(isMissing)(`what is shown of mail from ${name}`, () => {
    const { server, desk } = deskForEachTest(open);
    beforeEach(async () => {
      await link(desk);
      await addContact(desk.dependencies, desk.actor, { email: CONTACT });
    });

    const headers = (more: string) =>
      `From: Jana <${CONTACT}>\r\nTo: ${desk.mailbox.username}\r\nMIME-Version: 1.0\r\n${more}\r\n`;
    const deliver = (more: string, body: string | Buffer) =>
      server.deliver(desk.mailbox, Buffer.concat([Buffer.from(headers(more)), Buffer.from(body)]));
    async function read() {
      await syncAll(desk);
      const { items } = await listEmails(desk.dependencies, desk.actor, { limit: 100 });
      const threads = await Promise.all(
        [...new Set(items.map(({ threadId }) => threadId))].map((threadId) =>
          getThread(desk.dependencies, desk.actor, { threadId }),
        ),
      );
      return threads.flat();
    }
    const part = (type: string, more: string, body: string) => `--b\r\nContent-Type: ${type}\r\n${more}\r\n${body}\r\n`;
    const image = (more: string) => part("image/png", `Content-Transfer-Encoding: base64\r\n${more}`, PNG);

    it("does not stop at a message of elements within elements, and shows its beginning", async () => {
      const html = `<p>Hello</p>${"<div>".repeat(200_000)}`.replace(/(.{900}>)/g, "$1\r\n");
      await deliver("Subject: Deep\r\nContent-Type: text/html\r\n", html);
      await deliver("Subject: Plain\r\n", "Plain text\r\n");
      const mail = await read();
      expect(mail.map(({ subject }) => subject).sort()).toEqual(["Deep", "Plain"]);
      const deep = mail.find(({ subject }) => subject === "Deep");
      expect(deep?.bodyHtml).toMatch(/^<p>Hello<\/p>/);
      expect(deep?.body).toContain("Hello");
    });

    it("shows inline pictures by our own URL, and counts those among the text as files", async () => {
      await deliver(
        "Subject: Related\r\nContent-Type: multipart/related; boundary=b\r\n",
        `${part("text/html", "", '<img src="cid:logo@x.test"><img src="https://x.test/a.png">')}${image(
          "Content-ID: <logo@x.test>\r\nContent-Disposition: inline; filename=logo.png\r\n",
        )}--b--\r\n`,
      );
      await deliver(
        "Subject: Mixed\r\nContent-Type: multipart/mixed; boundary=b\r\n",
        `${part("text/plain", "", "See:")}${image("Content-Disposition: inline\r\n")}--b--\r\n`,
      );
      const mail = await read();
      const related = mail.find(({ subject }) => subject === "Related");
      const blobId = related?.attachments[0]?.blobId ?? "";
      const url = `/api/emails/${related?.jmapId}/attachments/${blobId}`;
      expect(related?.bodyHtml).toBe(`<img src="${url}" /><img data-remote-src="https://x.test/a.png" />`);
      const key = { jmapId: related?.jmapId ?? "", blobId };
      expect(await getAttachment(desk.dependencies, desk.actor, key)).toMatchObject({ type: "image/png", url });
      const mixed = mail.find(({ subject }) => subject === "Mixed");
      expect(mixed?.attachments).toMatchObject([{ type: "image/png" }]);
    });

    it("shows what it can of bytes that are no text", async () => {
      await deliver(
        "Subject: =?utf-8?Q?Nul=00l?=\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n",
        Buffer.from([...Buffer.from("<p>a"), 0xff, 0xfe, ...Buffer.from("b<script>x</script>&#0;</p>\r\n")]),
      );
      const [message] = await read();
      expect(message?.bodyHtml).toMatch(/^<p>a.+b.*<\/p>\s*$/s);
      expect(JSON.stringify(message)).not.toContain("\\u0000");
    });

    it("keeps read and unread alike on both sides, of messages and of threads", async () => {
      for (const number of [1, 2, 3]) {
        const references = number === 1 ? "" : "In-Reply-To: <t1@x.test>\r\nReferences: <t1@x.test>\r\n";
        await deliver(
          `Subject: ${number === 1 ? "" : "Re: "}Thread\r\nMessage-ID: <t${number}@x.test>\r\n${references}`,
          "x\r\n",
        );
      }
      const [{ threadId = "" } = {}] = await read();
      const unread = async () => {
        const { items } = await listThreads(desk.dependencies, desk.actor, { limit: 10 });
        return items.find((thread) => thread.threadId === threadId)?.unreadCount;
      };
      const seen = async () => {
        const { ids } = await queryEmails(desk.client, {});
        const { list } = await getEmails(desk.client, { ids: [...ids], properties: ["keywords"] });
        return list.filter(({ keywords }) => keywords?.$seen === true).length;
      };
      const total = async () => (await countUnread(desk.dependencies, desk.actor)).count;
      const mark = (isRead: boolean) => markThreadRead(desk.dependencies, desk.actor, { threadId, isRead });
      expect([await unread(), await total(), await seen()]).toEqual([3, 3, 0]);
      expect(await mark(true)).toEqual({ updated: 3 });
      expect(await mark(true)).toEqual({ updated: 0 });
      expect([await unread(), await total(), await seen()]).toEqual([0, 0, 3]);
      expect(await mark(false)).toEqual({ updated: 3 });
      expect([await unread(), await total(), await seen()]).toEqual([3, 3, 0]);
      const { items } = await listThreads(desk.dependencies, desk.actor, { limit: 10, unread: true });
      expect(items[0]?.participants.map(({ email }) => email)).toEqual([CONTACT, desk.mailbox.username]);
      await expectMirrorToEqualMailbox(desk);
      await Promise.all([mark(true), syncAll(desk), mark(false), mark(true), syncAll(desk)]);
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
    });
  });
}
