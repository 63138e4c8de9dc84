import {
  connect,
  getEmailChanges,
  getEmails,
  getIdentities,
  getMailboxChanges,
  getMailboxes,
  getThreads,
  importEmails,
  type JmapClient,
  JmapMethodError,
  JmapRequestError,
  queryEmails,
  resultOf,
  setEmails,
  submitEmail,
} from "@crm/jmap";
import { generateMessages, mailServerCases, type TestAccount, type TestMailServer } from "@crm/jmap/testing";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { rawMessage } from "./raw-message.ts";

for (const { name, isMissing, open } of mailServerCases(inject("cyrus"))) {
  describe.skipIf(isMissing)(`the client with ${name}`, () => {
    let server: TestMailServer;

    beforeAll(async () => {
      server = await open();
    });
    afterAll(() => server?.stop());

    const signIn = ({ username, password }: TestAccount) =>
      connect({ sessionUrl: server.sessionUrl, auth: { type: "basic", username, password } });
    const newAccount = async (): Promise<{ account: TestAccount; client: JmapClient }> => {
      const account = await server.createAccount();
      return { account, client: await signIn(account) };
    };
    const mailboxIdOf = async (client: JmapClient, role: string) => {
      const { list } = await getMailboxes(client, { properties: ["role"] });
      return list.find((mailbox) => mailbox.role === role)?.id ?? "";
    };

    it("reads a session, with absolute URLs and limits", async () => {
      const { client } = await newAccount();
      const { origin } = new URL(server.sessionUrl);
      const { apiUrl, uploadUrl, downloadUrl } = client.session;
      for (const url of [apiUrl, uploadUrl, downloadUrl]) expect(new URL(url).origin).toBe(origin);
      expect(uploadUrl).toContain("{accountId}");
      expect(client.limits.maxObjectsInGet).toBeGreaterThanOrEqual(500);
    });

    it("tells a wrong password", async () => {
      const { account } = await newAccount();
      await expect(signIn({ ...account, password: "wrong" })).rejects.toMatchObject({
        name: "JmapHttpError",
        kind: "unauthorized",
        status: 401,
      });
    });

    it("finds the usual mailboxes by their roles", async () => {
      const { client } = await newAccount();
      const { list } = await getMailboxes(client);
      const roles = list.map(({ role }) => role);
      expect(roles).toEqual(expect.arrayContaining(["inbox", "drafts", "sent", "junk", "trash"]));
    });

    it("reads a generated mailbox as it was meant", async () => {
      const { account, client } = await newAccount();
      const messages = [...generateMessages({ count: 120, owner: account.username })];
      await server.append(account, messages);
      const { ids, total } = await queryEmails(client, {
        sort: [{ property: "receivedAt", isAscending: true }],
        calculateTotal: true,
      });
      expect(total).toBe(120);
      const { list, notFound } = await getEmails(client, {
        ids,
        properties: [
          "messageId",
          "inReplyTo",
          "subject",
          "from",
          "to",
          "cc",
          "receivedAt",
          "keywords",
          "textBody",
          "bodyValues",
          "hasAttachment",
          "attachments",
        ],
        fetchTextBodyValues: true,
      });
      expect(notFound).toEqual([]);
      const byMessageId = new Map(list.map((email) => [email.messageId?.[0], email]));
      for (const message of messages) {
        const email = byMessageId.get(message.messageId);
        const plain = email?.textBody?.find(({ type }) => type === "text/plain");
        expect(email).toMatchObject({
          subject: message.subject,
          from: [message.from],
          to: message.to,
          receivedAt: message.receivedAt.toISOString().replace(".000", ""),
        });
        expect(email?.cc ?? []).toEqual(message.cc);
        expect(email?.inReplyTo ?? null).toEqual(message.inReplyTo === null ? null : [message.inReplyTo]);
        expect(email?.keywords?.$seen ?? false).toBe(message.seen);
        expect(email?.attachments).toHaveLength(message.hasAttachment ? 1 : 0);
        if (!plain?.partId) continue;
        expect(email?.bodyValues?.[plain.partId]?.value.replaceAll("\r\n", "\n").trim()).toBe(message.text);
      }
    });

    it("gathers the replies of a conversation in one thread", async () => {
      const { account, client } = await newAccount();
      const first = rawMessage({ messageId: "first@example.test", subject: "Ponuka" });
      const reply = rawMessage({
        messageId: "reply@example.test",
        subject: "Re: Ponuka",
        inReplyTo: "first@example.test",
      });
      await server.append(
        account,
        [first, reply].map((raw) => ({ raw, mailbox: "INBOX" })),
      );
      const { ids } = await queryEmails(client, {});
      const { list } = await getEmails(client, { ids, properties: ["threadId"] });
      const threadIds = new Set(list.map(({ threadId }) => threadId ?? ""));
      expect(threadIds.size).toBe(1);
      const threads = await getThreads(client, { ids: [...threadIds] });
      expect(new Set(threads.list[0]?.emailIds)).toEqual(new Set(ids));
    });

    it("runs calls that refer to the results of others", async () => {
      const { account, client } = await newAccount();
      await server.append(account, [{ raw: rawMessage({ subject: "Referenced" }), mailbox: "INBOX" }]);
      const responses = await client.request([
        ["Email/query", {}, "query"],
        [
          "Email/get",
          { "#ids": resultOf("query", "Email/query", "/ids"), properties: ["subject", "threadId"] },
          "emails",
        ],
        ["Thread/get", { "#ids": resultOf("emails", "Email/get", "/list/*/threadId") }, "threads"],
      ]);
      expect(responses.get("emails", "Email/get").list).toMatchObject([{ subject: "Referenced" }]);
      expect(responses.get("threads", "Thread/get").list).toHaveLength(1);
    });

    it("gives each call its own error", async () => {
      const { client } = await newAccount();
      const responses = await client.request([
        ["Email/get", { ids: [] }, "good"],
        ["Email/frobnicate", {}, "bad"],
      ]);
      expect(responses.get("good", "Email/get").list).toEqual([]);
      expect(() => responses.get("bad", "Email/frobnicate")).toThrow(
        expect.objectContaining({
          name: "JmapMethodError",
          type: "unknownMethod",
          method: "Email/frobnicate",
          callId: "bad",
        }),
      );
    });

    it("follows what is created, updated and destroyed", async () => {
      const { account, client } = await newAccount();
      const { state } = await getEmails(client, { ids: [] });
      await server.deliver(account, rawMessage({ subject: "News" }));
      const created = await getEmailChanges(client, { sinceState: state });
      expect(created).toMatchObject({ updated: [], destroyed: [], hasMoreChanges: false });
      const id = created.created[0] ?? "";
      const patched = await setEmails(client, { update: { [id]: { "keywords/$seen": true } } });
      expect(patched).toMatchObject({ updated: [id], errors: [] });
      const updated = await getEmailChanges(client, { sinceState: created.newState });
      expect(updated).toMatchObject({ created: [], updated: [id] });
      await setEmails(client, { destroy: [id] });
      const destroyed = await getEmailChanges(client, { sinceState: updated.newState });
      expect(destroyed).toMatchObject({ destroyed: [id] });
    });

    it("takes changes in portions", async () => {
      const { account, client } = await newAccount();
      const { state } = await getEmails(client, { ids: [] });
      await server.append(account, [...generateMessages({ count: 25, owner: account.username })]);
      const seen = new Set<string>();
      let sinceState = state;
      for (let step = 0; step < 25; step += 1) {
        const changes = await getEmailChanges(client, { sinceState, maxChanges: 10 });
        for (const id of changes.created) seen.add(id);
        sinceState = changes.newState;
        if (!changes.hasMoreChanges) break;
      }
      expect(seen.size).toBe(25);
    });

    it("says that everything must be read anew after the server forgot, or never knew, a state", async () => {
      const { account, client } = await newAccount();
      const { state } = await getEmails(client, { ids: [] });
      await server.append(account, [...generateMessages({ count: 3, owner: account.username })]);
      await setEmails(client, { destroy: (await queryEmails(client, {})).ids });
      await server.expire(account);
      for (const sinceState of [state, "no-such-state"]) {
        await expect(getEmailChanges(client, { sinceState })).rejects.toMatchObject({
          name: "JmapMethodError",
          type: "cannotCalculateChanges",
        });
      }
    });

    it("follows the mailboxes", async () => {
      const { account, client } = await newAccount();
      const { state } = await getMailboxes(client);
      await server.deliver(account, rawMessage({}));
      const { updated } = await getMailboxChanges(client, { sinceState: state });
      expect(updated).toContain(await mailboxIdOf(client, "inbox"));
    });

    it("reports one failed object of a set, and does the others", async () => {
      const { account, client } = await newAccount();
      await server.append(account, [{ raw: rawMessage({}), mailbox: "INBOX" }]);
      const [id = ""] = (await queryEmails(client, {})).ids;
      const outcome = await setEmails(client, {
        update: { [id]: { "keywords/$flagged": true }, Mnothing: { "keywords/$flagged": true } },
      });
      expect(outcome.updated).toEqual([id]);
      expect(outcome.errors).toMatchObject([
        { name: "JmapSetError", type: "notFound", id: "Mnothing", operation: "update" },
      ]);
    });

    it("uploads, imports and downloads a message byte for byte", async () => {
      const { client } = await newAccount();
      const raw = rawMessage({ subject: "Imported" });
      const blob = await client.upload(raw, { type: "message/rfc822" });
      expect(blob.size).toBe(raw.length);
      const inbox = await mailboxIdOf(client, "inbox");
      const { created } = await importEmails(client, {
        emails: { one: { blobId: blob.blobId, mailboxIds: { [inbox]: true }, keywords: { $seen: true } } },
      });
      const [email] = (await getEmails(client, { ids: [created.one?.id ?? ""], properties: ["subject", "blobId"] }))
        .list;
      expect(email?.subject).toBe("Imported");
      const response = await client.download(email?.blobId ?? "", { name: "mail.eml", type: "message/rfc822" });
      expect(Buffer.from(await response.arrayBuffer()).equals(raw)).toBe(true);
    });

    it("uploads from a stream", async () => {
      const { client } = await newAccount();
      const body = new Blob(["a".repeat(100_000), "b".repeat(100_000)]).stream();
      const blob = await client.upload(body, { type: "text/plain" });
      expect(blob.size).toBe(200_000);
    });

    it("tells a blob that is not there", async () => {
      const { client } = await newAccount();
      const download = client.download("Gnothing", { name: "x", type: "text/plain" });
      await expect(download).rejects.toMatchObject({ name: "JmapHttpError", kind: "not-found" });
    });

    it("sends a message with an attachment, and files it in Sent", async () => {
      const { account, client } = await newAccount();
      const desk = await openDesk(client);
      const blob = await client.upload(Buffer.from("hello"), { type: "text/plain" });
      const to = `${account.username.split("@")[0]}@elsewhere.example`;
      const sent = await submitEmail(client, {
        ...desk,
        email: {
          from: [{ name: "Ján Novák", email: account.username }],
          to: [{ name: null, email: to }],
          subject: "Žltý kôň",
          messageId: ["own-id@crm.test"],
          inReplyTo: ["question@elsewhere.example"],
          references: ["question@elsewhere.example"],
          bodyValues: { text: { value: "Dobrý deň" } },
          textBody: [{ partId: "text", type: "text/plain" }],
          attachments: [{ blobId: blob.blobId, type: "text/plain", name: "príloha.txt", disposition: "attachment" }],
        },
      });
      expect(sent.isFiled).toBe(true);
      const [email] = (await getEmails(client, { ids: [sent.emailId] })).list;
      expect(email).toMatchObject({
        mailboxIds: { [desk.sentMailboxId]: true },
        messageId: ["own-id@crm.test"],
        inReplyTo: ["question@elsewhere.example"],
        subject: "Žltý kôň",
        threadId: sent.threadId,
      });
      expect(email?.keywords?.$draft ?? false).toBe(false);
      expect(email?.attachments).toMatchObject([{ name: "príloha.txt" }]);
      const { from, raw } = await server.waitForSent(to);
      expect(from).toBe(account.username);
      expect(raw.toString("latin1")).toContain("own-id@crm.test");
    });

    it("sends a draft that is there already", async () => {
      const { account, client } = await newAccount();
      const desk = await openDesk(client);
      const to = `draft-${account.username.split("@")[0]}@elsewhere.example`;
      const draft = {
        from: [{ email: account.username }],
        to: [{ email: to }],
        subject: "Draft",
        bodyValues: { text: { value: "x" } },
        textBody: [{ partId: "text", type: "text/plain" }],
      };
      const { created } = await setEmails(client, {
        create: { draft: { ...draft, mailboxIds: { [desk.draftsMailboxId]: true }, keywords: { $draft: true } } },
      });
      const emailId = created.draft?.id ?? "";
      const sent = await submitEmail(client, { ...desk, email: { emailId } });
      expect(sent).toMatchObject({ emailId, isFiled: true });
      await server.waitForSent(to);
    });

    it("leaves no draft behind when nobody is to get the message", async () => {
      const { account, client } = await newAccount();
      const email = {
        from: [{ email: account.username }],
        subject: "To nobody",
        bodyValues: { text: { value: "x" } },
        textBody: [{ partId: "text", type: "text/plain" }],
      };
      const submission = submitEmail(client, { ...(await openDesk(client)), email });
      await expect(submission).rejects.toMatchObject({ name: "JmapSetError", type: "noRecipients" });
      expect((await queryEmails(client, {})).ids).toEqual([]);
    });

    const openDesk = async (client: JmapClient) => {
      const { list } = await getIdentities(client);
      return {
        identityId: list[0]?.id ?? "",
        draftsMailboxId: await mailboxIdOf(client, "drafts"),
        sentMailboxId: await mailboxIdOf(client, "sent"),
      };
    };

    it("refuses what is over the server's limits before it is sent", async () => {
      const { client } = await newAccount();
      const tooMany = Array.from({ length: client.limits.maxObjectsInGet + 1 }, (_, index) => `M${index}`);
      const request = client.request([["Email/get", { ids: tooMany }, "get"]]);
      await expect(request).rejects.toThrow(JmapRequestError);
      await expect(request).rejects.toMatchObject({ limit: "maxObjectsInGet" });
    });

    it("gets more ids than one call may ask for", async () => {
      const { client } = await newAccount();
      const ids = Array.from({ length: client.limits.maxObjectsInGet + 600 }, (_, index) => `M${index}`);
      const { list, notFound } = await getEmails(client, { ids, properties: ["id"] });
      expect(list).toEqual([]);
      expect(new Set(notFound).size).toBe(ids.length);
    });

    it("answers many requests at once, within the server's limit", async () => {
      const { client } = await newAccount();
      const answers = await Promise.all(Array.from({ length: 40 }, () => getMailboxes(client)));
      expect(new Set(answers.map(({ list }) => list.length)).size).toBe(1);
    });

    it("tells a method error by its class", async () => {
      const { client } = await newAccount();
      const query = queryEmails(client, { sort: [{ property: "no-such-property" }] });
      await expect(query).rejects.toThrow(JmapMethodError);
    });
  });
}
