import { auditLogs } from "@crm/db";
import { connect, getEmails, getMailboxes, type JmapClient } from "@crm/jmap";
import { generateMessages, mailServerCases, type TestAccount, type TestMailServer } from "@crm/jmap/testing";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createInstallation, type Installation } from "./create-installation.ts";
import { FACES, type Face } from "./faces.ts";

const VIP = "vip@zakaznik.test";
const COUNT = 2_000;
const VIP_COUNT = 400;

/** On the older PostgreSQL once is enough: what it is asked does not depend on the face, nor on the mail server. */
const isEverything = inject("postgresVersion") === "18";
const servers = mailServerCases(inject("cyrus")).filter(({ name }) => isEverything || name === "demo-mail");

for (const { name, isMissing, open } of servers) {
  describe.skipIf(isMissing)(`from a temporary password to an answered mail, at ${name}`, () => {
    let server: TestMailServer;
    beforeAll(async () => {
      server = await open();
    });
    afterAll(() => server.stop());

    describe.each(isEverything ? FACES : FACES.slice(0, 1))("through $name", ({ open: openFace }) => {
      let mailbox: TestAccount;
      let client: JmapClient;
      let installation: Installation;
      let face: Face;
      /** What nobody must find in the database or in the logs. */
      const secrets: string[] = [];
      const call: Face["call"] = (procedure, input) => face.call(procedure, input);
      beforeAll(async () => {
        mailbox = await server.createAccount();
        await server.append(
          mailbox,
          generateMessages({ count: COUNT, owner: mailbox.username, vip: VIP, vipCount: VIP_COUNT }),
        );
        client = await connect({ sessionUrl: server.sessionUrl, auth: { type: "basic", ...mailbox } });
        installation = await createInstallation(server.sessionUrl);
        await installation.start();
        face = openFace(installation.url);
        secrets.push(mailbox.password, "Correct-Horse-7", "Another-Horse-8", installation.temporaryPassword);
      }, 180_000);
      afterAll(() => installation.remove());

      it("onboards in three steps, each opening the next", async () => {
        const { temporaryPassword } = installation;
        const login = await call("auth.login", { username: "admin", password: temporaryPassword });
        expect(login).toMatchObject({ needsPasswordChange: true, needsEmailSetup: true, user: { role: "admin" } });
        await expect(call("contacts.list")).rejects.toMatchObject({ code: "PASSWORD_CHANGE_REQUIRED" });
        const passwords = { newPassword: "Correct-Horse-7", confirmPassword: "Correct-Horse-7" };
        const changed = await call("auth.setPassword", passwords);
        expect(changed).toMatchObject({ needsEmailSetup: true });
        for (const { tokens } of [login, changed]) secrets.push(tokens.accessToken, tokens.refreshToken);
        await expect(call("contacts.discover")).rejects.toMatchObject({ code: "MAILBOX_NOT_LINKED" });
        expect(await call("auth.skipEmail")).toEqual({ needsEmailSetup: false });
        const wrong = { email: mailbox.username, emailPassword: "wrong" };
        await expect(call("auth.linkEmail", wrong)).rejects.toMatchObject({ code: "MAILBOX_AUTH_FAILED" });
        const right = { email: mailbox.username, emailPassword: mailbox.password };
        expect(await call("auth.linkEmail", right)).toMatchObject({
          mailAccount: { address: mailbox.username, status: "active" },
          emailVerified: true,
          needsEmailSetup: false,
        });
        expect(await call("auth.me")).toMatchObject({ username: "admin", email: mailbox.username });
        expect(await call("auth.session")).toMatchObject({ needsPasswordChange: false, needsEmailSetup: false });
      });

      it("creates people, who see nothing of each other", async () => {
        const { user } = await call("admin.users.create", { username: "peter.novak", firstName: "Peter" });
        expect(user).toMatchObject({ role: "member", changedPassword: false, tempPassword: expect.any(String) });
        expect((await call("admin.users.list")).items.map((item: { username: string }) => item.username)).toHaveLength(
          2,
        );
        secrets.push(user.tempPassword);
        const taken = call("admin.users.create", { username: "Peter.Novak" });
        await expect(taken).rejects.toMatchObject({ code: "USERNAME_TAKEN" });
        const peter = openFace(installation.url);
        await peter.call("auth.login", { username: "peter.novak", password: user.tempPassword });
        const passwords = { newPassword: "Another-Horse-8", confirmPassword: "Another-Horse-8" };
        await peter.call("auth.setPassword", passwords);
        await expect(peter.call("admin.users.list")).rejects.toMatchObject({ code: "FORBIDDEN" });
        expect((await peter.call("contacts.list")).items).toEqual([]);
        expect(await peter.call("emails.syncStatus")).toMatchObject({ status: "none" });
      });

      it("discovers whom the mailbox exchanged mail with, and takes all mail of a contact", async () => {
        expect(await call("emails.sync")).toMatchObject({ status: "completed" });
        const [first] = (await call("contacts.discover", { limit: 1 })).items;
        expect(first).toMatchObject({ email: VIP, name: "Žaneta Dôležitá", emailCount: VIP_COUNT, isContact: false });
        const { contact, sync } = await call("contacts.add", { email: VIP, tags: ["vip"] });
        expect(sync).toEqual({ status: "completed", synced: VIP_COUNT });
        expect(contact).toMatchObject({ email: VIP, emailCount: VIP_COUNT, tags: ["vip"] });
        await expect(call("contacts.add", { email: VIP.toUpperCase() })).rejects.toMatchObject({
          code: "CONTACT_EXISTS",
        });
        expect(await call("contacts.update", { id: contact.id, notes: "volať ráno" })).toMatchObject({
          notes: "volať ráno",
          tags: ["vip"],
        });
        expect((await call("contacts.list", { search: "dolezita" })).items).toHaveLength(1);

        const seen = new Set<string>();
        let cursor: string | undefined;
        do {
          const page = await call("emails.list", { contactId: contact.id, limit: 100, ...(cursor && { cursor }) });
          for (const email of page.items) seen.add(email.jmapId);
          cursor = page.nextCursor ?? undefined;
        } while (cursor);
        expect(seen.size).toBe(VIP_COUNT);
      });

      it("reads a thread, marks it read at the mail server too, and answers into it", async () => {
        const before = await call("emails.unreadCount");
        const [unread] = (await call("emails.list", { isRead: false, direction: "inbound", limit: 1 })).items;
        expect(await call("emails.markRead", { jmapId: unread.jmapId })).toMatchObject({ isRead: true });
        expect(await call("emails.unreadCount")).toMatchObject({ count: before.count - 1 });
        const { list } = await getEmails(client, { ids: [unread.jmapId], properties: ["keywords"] });
        expect(list[0]?.keywords).toHaveProperty("$seen", true);

        const reply = await call("emails.reply", {
          to: `Žaneta Dôležitá <${VIP}>`,
          subject: `Re: ${unread.subject}`,
          body: "Ďakujem, pozriem sa na to.",
          inReplyTo: unread.messageId,
        });
        expect(reply).toMatchObject({ status: "sent", email: { threadId: unread.threadId, direction: "outbound" } });
        const thread = await call("emails.thread", { threadId: unread.threadId });
        expect(thread.at(-1)).toMatchObject({ messageId: reply.messageId, inReplyTo: unread.messageId });
        expect(thread.at(-1).body.trim()).toBe("Ďakujem, pozriem sa na to.");
        const { list: boxes } = await getMailboxes(client);
        const sentId = boxes.find(({ role }) => role === "sent")?.id ?? "";
        const { list: stored } = await getEmails(client, {
          ids: [reply.email.jmapId],
          properties: ["mailboxIds", "inReplyTo", "references"],
        });
        expect(stored[0]).toMatchObject({ mailboxIds: { [sentId]: true }, inReplyTo: [unread.messageId.slice(1, -1)] });
        expect(stored[0]?.references?.at(-1)).toBe(unread.messageId.slice(1, -1));
      });

      it("brings in new mail with the next sync, and lets a contact go", async () => {
        // In ASCII: Cyrus writes XX for bytes that no header may hold.
        const raw = `From: ${VIP}\r\nTo: ${mailbox.username}\r\nSubject: fresh\r\nMessage-ID: <${Date.now()}@x.test>\r\n\r\nahoj\r\n`;
        await server.deliver(mailbox, Buffer.from(raw));
        // A server that pushes may have brought it in before we ask.
        expect(await call("emails.sync")).toMatchObject({ status: "completed" });
        expect((await call("emails.list")).items[0]).toMatchObject({ subject: "fresh" });
        const { items } = await call("contacts.list");
        await call("contacts.remove", { id: items[0].id });
        expect((await call("emails.list")).items).toEqual([]);
        await expect(call("contacts.get", { id: items[0].id })).rejects.toMatchObject({ code: "NOT_FOUND" });
      });

      it("leaves an audit row for each act, and none of the secrets, there or in what it logs", async () => {
        const rows = await installation.database.db.select().from(auditLogs);
        const acts = new Set(rows.map(({ action, success }) => `${action}${success ? "" : " failed"}`));
        for (const act of [
          ...["auth.login", "auth.set_password", "auth.skip_email", "auth.link_email", "auth.link_email failed"],
          ...["user.create", "contact.add", "contact.update", "contact.remove", "email.mark_read", "email.reply"],
        ]) {
          expect(acts).toContain(act);
        }
        const logged = installation.logged();
        expect(logged).toContain('"msg":"request"');
        const text = JSON.stringify(rows) + logged;
        expect(secrets.length).toBeGreaterThan(6);
        for (const secret of secrets) {
          expect(text).not.toContain(secret);
        }
      });

      it("is over after the logout", async () => {
        expect(await call("auth.logout")).toEqual({ loggedOut: true });
        await expect(call("auth.me")).rejects.toMatchObject({ code: "UNAUTHORIZED" });
      });
    });
  });
}
