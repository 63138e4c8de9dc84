import { createUser, TEST_PASSWORD } from "@crm/db/testing";
import { startDemoMail } from "@crm/demo-mail";
import { type CrmClient, createCrmClient, isCrmError, memoryTokenStore } from "@crm/sdk";
import { createFakeCrm } from "@crm/sdk/testing";
import { expect, it } from "vitest";
import { startTestServer } from "../http/start-test-server.ts";

// One consumer's story, told to the fake CRM and to the server. What both answer, step by step, has to be the same, but for
// ids and times: so the fake that consumers test against cannot drift from what they will meet.

const MAILBOX = { address: "jana@mail.example", password: "secret" };
const NEW_PASSWORD = "Another-Horse-8";
const NOBODY = "01900000-0000-7000-8000-000000000000";

async function story(
  crm: CrmClient,
  outliveAccessToken: () => void | Promise<void>,
): Promise<[step: string, answer: unknown][]> {
  const told: [string, unknown][] = [];
  const step = async <Answer>(name: string, call: Promise<Answer>): Promise<Answer> => {
    const answer = await call.catch((error: unknown) => {
      if (!isCrmError(error)) throw error;
      const { code, status, details } = error;
      return { code, status, fields: [...new Set(details.map(({ path }) => path))] };
    });
    told.push([name, plain(answer)]);
    // A refusal is not used any further.
    return answer as Answer;
  };

  await step("nobody is signed in", crm.auth.me());
  await step("a wrong password", crm.auth.login({ username: "jana", password: "wrong" }));
  await step("the temporary password", crm.auth.login({ username: "jana", password: TEST_PASSWORD }));
  await step("too early", crm.contacts.list());
  const weak = { newPassword: "weak", confirmPassword: "weak" };
  await step("a weak password", crm.auth.setPassword(weak));
  const own = { newPassword: NEW_PASSWORD, confirmPassword: NEW_PASSWORD };
  await step("one's own password", crm.auth.setPassword(own));
  await step("discovery without mailbox", crm.contacts.discover());
  await step("mail without mailbox", crm.emails.send({ to: "x@mail.example", subject: "", body: "" }));
  await step("a wrong mail password", crm.auth.linkEmail({ email: MAILBOX.address, emailPassword: "wrong" }));
  await step("a mailbox", crm.auth.linkEmail({ email: MAILBOX.address, emailPassword: MAILBOX.password }));
  await step("me", crm.auth.me());
  await step("a new name", crm.auth.updateMe({ firstName: "Jana" }));
  await step("the session", crm.auth.session());
  await crm.emails.sync();

  const { contact } = await step("a contact", crm.contacts.add({ email: "Eva@Mail.example", name: "Eva" }));
  await step("the same again", crm.contacts.add({ email: "eva@mail.example" }));
  await step("no address", crm.contacts.add({ email: "eva" }));
  await step("another contact", crm.contacts.add({ email: "ota@mail.example", tags: ["vip"] }));
  await step("the first page", crm.contacts.list({ limit: 1 }));
  const all: string[] = [];
  for await (const { email } of crm.contacts.list.all({ sort: "name", limit: 1 })) all.push(email);
  told.push(["all pages", all]);
  await step("with a tag", crm.contacts.list({ tag: "vip" }));
  await step("searched", crm.contacts.list({ search: "ev" }));
  await step("changed", crm.contacts.update({ id: contact.id, notes: "met in Brno" }));
  await step("one", crm.contacts.get({ id: contact.id }));
  await step("none", crm.contacts.get({ id: NOBODY }));
  await step("discovery", crm.contacts.discover());

  const { items } = await step("mail", crm.emails.list({ contactId: contact.id }));
  const [{ jmapId, threadId, messageId } = { jmapId: "", threadId: "", messageId: null }] = items;
  await step("mail of nobody", crm.emails.byContact({ contactId: NOBODY }));
  const { count } = await crm.emails.unreadCount();
  told.push(["unread", count]);
  await step("a message", crm.emails.get({ jmapId }));
  await step("no message", crm.emails.get({ jmapId: "none" }));
  await step("read", crm.emails.markRead({ jmapId }));
  await step("read again", crm.emails.markThreadRead({ threadId }));
  await step("a thread", crm.emails.thread({ threadId }));
  await step("threads", crm.emails.threads());
  const answer = { to: "Eva <eva@mail.example>", subject: "Re: Offer", body: "Gladly.", inReplyTo: messageId ?? "" };
  const sent = await step("an answer", crm.emails.reply(answer));
  told.push(["in its thread", sent.email?.threadId === threadId]);
  const { blobId } = await step("a file", crm.emails.uploadAttachment({ content: new Blob(["hello"]), name: "a.txt" }));
  const attachments = [{ blobId, name: "a.txt", type: "text/plain" }];
  await step("a letter", crm.emails.send({ to: "eva@mail.example", subject: "New", body: "Hello", attachments }));

  await outliveAccessToken();
  await step("with the token renewed", crm.auth.me());
  const { items: events } = await crm.events.list({ after: "0" });
  told.push(["events", events.filter(({ type }) => !type.startsWith("sync.")).map(({ type }) => type)]);
  await step("removed", crm.contacts.remove({ id: contact.id }));
  await step("removed again", crm.contacts.remove({ id: contact.id }));
  await step("out", crm.auth.logout());
  await step("after that", crm.contacts.list());
  return told;
}

/** Ids, times and tokens as what they are, so that the rest can be compared. */
function plain(value: unknown, name = ""): unknown {
  // The fake is nowhere.
  if (name === "ipAddress" || name === "userAgent") return name;
  if (Array.isArray(value)) return value.map((item) => plain(item, name));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, key)]));
  }
  if (typeof value !== "string") return value;
  if (/id$|ids$|token$|cursor$|^inReplyTo$/i.test(name)) return `some ${name}`;
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? "some time" : value;
}

it("the fake CRM of @crm/sdk/testing answers as the server does", async () => {
  const mail = await startDemoMail({ accounts: [], replyDelay: null });
  const server = await startTestServer({}, { mailServers: { sessionUrl: mail.sessionUrl } });
  try {
    mail.addAccount(MAILBOX.address, MAILBOX.password);
    const people = `From: Eva <eva@mail.example>\r\nTo: ${MAILBOX.address}\r\n`;
    await mail.deliver(MAILBOX.address, `${people}Subject: Offer\r\nMessage-ID: <1@mail.example>\r\n\r\nShall we?`);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const user = await createUser(server.database.db, server.organization, { username: "jana" });
    const due = "UPDATE users SET temporary_password_until = $1, mailbox_step = 'pending' WHERE id = $2";
    await server.database.pool.query(due, [until, user.id]);

    const tokens = memoryTokenStore();
    const real = createCrmClient({ baseUrl: server.url, tokens });
    const outlive = async () => {
      const kept = await tokens.get();
      if (kept) await tokens.set({ ...kept, accessToken: "over" });
    };
    const emails = [{ from: [{ name: "Eva", email: "eva@mail.example" }], subject: "Offer", body: "Shall we?" }];
    const fake = createFakeCrm({
      people: [{ username: "jana", password: TEST_PASSWORD, temporary: true, mailbox: MAILBOX, emails }],
    });
    const consumer = createCrmClient({ baseUrl: "http://crm.fake", fetch: fake.fetch });
    expect(await story(consumer, () => fake.expireAccessTokens())).toEqual(await story(real, outlive));
  } finally {
    await server.stop();
    await mail.close();
  }
});
