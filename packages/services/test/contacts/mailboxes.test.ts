import { randomBytes } from "node:crypto";
import { emailSearch, emails, mailAccounts, mailSyncs } from "@crm/db";
import { createUser } from "@crm/db/testing";
import { connect } from "@crm/jmap";
import { mailServerCases } from "@crm/jmap/testing";
import {
  type Actor,
  addContact,
  blockAddress,
  buildSearchDocuments,
  countUnread,
  createDependencies,
  getSyncStatus,
  linkEmail,
  listEmails,
  markRead,
  removeContact,
  sendEmail,
  syncDueAccounts,
  syncNow,
} from "@crm/services";
import { eq } from "drizzle-orm";
import { describe, expect, inject, it } from "vitest";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { type Desk, deskForEachTest, link, syncAll } from "../mail/open-desk.ts";

const VIP = "vip@zakaznik.test";

for (const { name, isMissing, open } of mailServerCases(inject("cyrus"))) {
  describe.skipIf(isMissing)(`whose mail is whose, at ${name}`, () => {
    const { server, desk } = deskForEachTest(open);

    const letter = (to: string, id: string, from = VIP) =>
      Buffer.from(`From: ${from}\r\nTo: ${to}\r\nMessage-ID: <${id}@x.test>\r\nSubject: ${id}\r\n\r\nAhoj\r\n`);
    const add = (actor: Actor, email = VIP) => addContact(desk.dependencies, actor, { email });
    const unreadOf = async (actor: Actor) => (await countUnread(desk.dependencies, actor)).count;
    const mailOf = async (actor: Actor) => (await listEmails(desk.dependencies, actor, { limit: 100 })).items;

    it("two users have the same message, each for themselves", async () => {
      const other = await createUser(desk.database.db, { id: desk.actor.organizationId });
      const neighbour: Actor = { ...desk.actor, userId: other.id, username: other.username };
      const theirs = await server.createAccount();
      const shared = letter(`${desk.mailbox.username}, ${theirs.username}`, "shared");
      for (const mailbox of [desk.mailbox, theirs]) await server.deliver(mailbox, shared);
      await link(desk);
      await linkEmail(desk.dependencies, neighbour, { email: theirs.username, emailPassword: theirs.password });
      for (const actor of [desk.actor, neighbour]) await syncNow(desk.dependencies, actor);
      const [mine, other1] = [await add(desk.actor), await add(neighbour)];
      expect([mine.sync, other1.sync]).toEqual([
        { status: "completed", synced: 1 },
        { status: "completed", synced: 1 },
      ]);
      const [[own], [foreign]] = [await mailOf(desk.actor), await mailOf(neighbour)];
      expect(own).toMatchObject({ messageId: "<shared@x.test>", contactIds: [mine.contact.id], isRead: false });
      expect(foreign).toMatchObject({ messageId: "<shared@x.test>", contactIds: [other1.contact.id] });
      await markRead(desk.dependencies, desk.actor, { jmapId: own?.jmapId ?? "", isRead: true });
      expect((await mailOf(neighbour))[0]?.isRead).toBe(false);
      expect([await unreadOf(desk.actor), await unreadOf(neighbour)]).toEqual([0, 1]);

      await blockAddress(desk.dependencies, neighbour, { pattern: VIP });
      expect(await mailOf(neighbour)).toEqual([]);
      expect(await unreadOf(neighbour)).toBe(0);
      expect(await mailOf(desk.actor)).toHaveLength(1);
      await removeContact(desk.dependencies, neighbour, { id: other1.contact.id });
      expect(await mailOf(desk.actor)).toHaveLength(1);
    });

    it("a mailbox that takes another one's place is never taken for it, though its ids are the same", async () => {
      for (const id of ["a", "b", "c"]) await server.deliver(desk.mailbox, letter(desk.mailbox.username, id));
      await link(desk);
      await syncAll(desk);
      await add(desk.actor);
      await syncAll(desk);
      const second = await server.createAccount();
      await server.deliver(second, letter(second.username, "d"));
      await server.deliver(second, letter(second.username, "e", "cudzi@inde.test"));
      const moved: Desk = {
        ...desk,
        mailbox: second,
        client: await connect({ sessionUrl: server.sessionUrl, auth: { type: "basic", ...second } }),
      };
      await link(moved);
      await syncAll(moved);
      await expectMirrorToEqualMailbox(moved);
      expect((await mailOf(desk.actor)).map(({ messageId }) => messageId)).toEqual(["<d@x.test>"]);
      await link(desk);
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
    });

    it("an account whose password has changed goes on from where it was once it is linked again", async () => {
      const { db } = desk.database;
      await server.deliver(desk.mailbox, letter(desk.mailbox.username, "before"));
      await link(desk);
      await syncAll(desk);
      await add(desk.actor);
      await syncAll(desk);
      const before = await db.select({ id: emails.id }).from(emails);
      const [account] = await db.select().from(mailAccounts);
      if (!account) throw new Error("there is no account");
      const { organizationId, userId, id } = account;
      const context = ["mail_accounts.password", organizationId, userId, id] as const;
      const passwordEncrypted = desk.dependencies.secrets.encrypt("the old one", context);
      await db.update(mailAccounts).set({ passwordEncrypted }).where(eq(mailAccounts.id, id));
      const restarted = { ...desk, dependencies: desk.withMailServer(server.sessionUrl) };
      restarted.dependencies.secrets = desk.dependencies.secrets;
      const refusal = {
        code: "MAILBOX_AUTH_FAILED",
        message: "The mail server refuses the stored password. Link the mail account again with the present one.",
      };
      await expect(syncNow(restarted.dependencies, desk.actor)).rejects.toMatchObject(refusal);
      expect(await getSyncStatus(restarted.dependencies, desk.actor)).toMatchObject({ status: "error" });

      await server.deliver(desk.mailbox, letter(desk.mailbox.username, "after"));
      await link(restarted);
      await syncAll(restarted);
      await expectMirrorToEqualMailbox(restarted);
      const after = await db.select({ id: emails.id }).from(emails);
      expect(after).toHaveLength(2);
      expect(after).toEqual(expect.arrayContaining(before));
    });

    it("a mailbox whose password was refused for a while is watched and checked again once it is taken", async () => {
      const { db } = desk.database;
      await link(desk);
      await syncAll(desk);
      const account = async () => {
        const [row] = await db.select().from(mailAccounts);
        if (!row) throw new Error("there is no account");
        return row;
      };
      const { organizationId, userId, id, passwordEncrypted } = await account();
      const context = ["mail_accounts.password", organizationId, userId, id] as const;
      const wrong = desk.dependencies.secrets.encrypt("not this one", context);
      await db.update(mailAccounts).set({ passwordEncrypted: wrong });
      await expect(syncNow(desk.dependencies, desk.actor)).rejects.toMatchObject({ code: "MAILBOX_AUTH_FAILED" });
      expect((await account()).status).toBe("auth_failed");
      await db.update(mailAccounts).set({ passwordEncrypted });
      await syncAll(desk);
      expect((await account()).status).toBe("active");
    });

    it("a stored password that no key opens any more is told in words, until the account is linked again", async () => {
      await server.deliver(desk.mailbox, letter(desk.mailbox.username, "before"));
      await link(desk);
      await add(desk.actor);
      await syncAll(desk);
      const [mirrored] = await mailOf(desk.actor);
      const jmapId = mirrored?.jmapId ?? "";
      const { logger } = desk.dependencies;
      const { db } = desk.database;
      const encryptionKeys = [{ id: "test", key: randomBytes(32) }] as const;
      const mailServers = { sessionUrl: server.sessionUrl };
      const rekeyed = {
        ...desk,
        dependencies: createDependencies({ db, logger, mailServers, ...desk.keys, encryptionKeys }),
      };

      const refusal = {
        code: "MAILBOX_AUTH_FAILED",
        message: "The stored password of this mail account cannot be read any more. Link the mail account again.",
      };
      await expect(syncNow(rekeyed.dependencies, desk.actor)).rejects.toMatchObject(refusal);
      expect(await getSyncStatus(rekeyed.dependencies, desk.actor)).toMatchObject({
        status: "error",
        lastError: refusal,
      });
      const letterOut = { to: VIP, subject: "Ahoj", body: "Ahoj" };
      for (const attempt of [
        markRead(rekeyed.dependencies, desk.actor, { jmapId, isRead: true }),
        sendEmail(rekeyed.dependencies, desk.actor, letterOut),
      ]) {
        await expect(attempt).rejects.toMatchObject(refusal);
      }
      expect(await syncDueAccounts(rekeyed.dependencies)).toBe(0);
      const [sync] = await db.select().from(mailSyncs);
      expect(sync).toMatchObject({ failures: 1, leaseHolder: null, retryAt: expect.any(String) });

      await link(rekeyed);
      await syncAll(rekeyed);
      await expectMirrorToEqualMailbox(rekeyed);
      expect(await getSyncStatus(rekeyed.dependencies, desk.actor)).toMatchObject({ status: "idle", lastError: null });
    });

    it("mail that goes is not to be found any more", async () => {
      await server.deliver(desk.mailbox, letter(desk.mailbox.username, "found"));
      await link(desk);
      await syncAll(desk);
      await add(desk.actor);
      await syncAll(desk);
      await buildSearchDocuments(desk.dependencies);
      expect(await desk.database.db.select().from(emailSearch)).toHaveLength(1);
      await blockAddress(desk.dependencies, desk.actor, { pattern: "@zakaznik.test" });
      expect(await desk.database.db.select().from(emailSearch)).toEqual([]);
    });
  });
}
