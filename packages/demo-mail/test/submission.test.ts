import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoMailServer, startDemoMail } from "../src/index.ts";
import { MailClient } from "./mail-client.ts";

describe("EmailSubmission/set", () => {
  let server: DemoMailServer;
  let client: MailClient;
  let identityId: string;
  let drafts: string;
  let sent: string;
  beforeAll(async () => {
    server = await startDemoMail({ seed: "empty", replyDelay: null });
    server.addAccount("eva@crm.test", "secret", { name: "Eva" });
    client = await MailClient.connect(server);
    drafts = await client.mailboxId("drafts");
    sent = await client.mailboxId("sent");
    identityId = (await client.call("Identity/get", { ids: null })).list[0].id;
  });
  afterAll(() => server.close());

  const draft = (extra: Record<string, unknown> = {}) => ({
    mailboxIds: { [drafts]: true },
    keywords: { $draft: true },
    from: [{ email: "demo@crm.test" }],
    to: [{ email: "eva@crm.test" }],
    subject: "Pozdrav",
    textBody: [{ partId: "t", type: "text/plain" }],
    bodyValues: { t: { value: "Ahoj" } },
    ...extra,
  });
  const submit = (
    email: Record<string, unknown>,
    submission: Record<string, unknown> = {},
    rest: Record<string, unknown> = {},
  ) =>
    client.calls(
      ["Email/set", { create: { e: email } }],
      ["EmailSubmission/set", { create: { s: { identityId, emailId: "#e", ...submission } }, ...rest }],
    );

  it("delivers within the server, and files the draft under the same call id", async () => {
    const answers = await submit(
      draft({ bcc: [{ email: "secret@x.test" }] }),
      {},
      {
        onSuccessUpdateEmail: {
          "#s": {
            [`mailboxIds/${drafts}`]: null,
            [`mailboxIds/${sent}`]: true,
            "keywords/$draft": null,
            "keywords/$seen": true,
          },
        },
      },
    );
    expect(answers.map(([name, , callId]) => [name, callId])).toEqual([
      ["Email/set", "0"],
      ["EmailSubmission/set", "1"],
      ["Email/set", "1"],
    ]);
    const emailId = answers[0]?.[1].created.e.id;
    const [email] = (await client.call("Email/get", { ids: [emailId] })).list;
    expect(email).toMatchObject({
      mailboxIds: { [sent]: true },
      keywords: { $seen: true },
      bcc: [{ email: "secret@x.test" }],
    });

    const eva = await MailClient.connect(server, "eva@crm.test", "secret");
    const { ids } = await eva.call("Email/query", { filter: { inMailbox: await eva.mailboxId("inbox") } });
    const [received] = (await eva.call("Email/get", { ids, fetchTextBodyValues: true })).list;
    expect(received).toMatchObject({ subject: "Pozdrav", messageId: email.messageId, bcc: null, keywords: {} });
    expect(Object.values(received.bodyValues)).toMatchObject([{ value: "Ahoj" }]);

    const last = server.sent.at(-1);
    expect(last).toMatchObject({
      from: "demo@crm.test",
      to: ["eva@crm.test", "secret@x.test"],
      messageId: email.messageId[0],
    });
    expect(last?.raw.toString()).not.toContain("secret@x.test");
  });

  it("can destroy the draft instead", async () => {
    const answers = await submit(draft(), {}, { onSuccessDestroyEmail: ["#s"] });
    expect(answers[2]).toMatchObject(["Email/set", { destroyed: [answers[0]?.[1].created.e.id] }, "1"]);
  });

  it("keeps the submission to be looked at", async () => {
    const answers = await submit(draft());
    const id = answers[1]?.[1].created.s.id;
    const { list } = await client.call("EmailSubmission/get", { ids: [id] });
    expect(list[0]).toMatchObject({
      id,
      identityId,
      undoStatus: "final",
      envelope: { mailFrom: { email: "demo@crm.test" }, rcptTo: [{ email: "eva@crm.test" }] },
      deliveryStatus: { "eva@crm.test": { delivered: "yes" } },
    });
    expect(
      (await client.call("EmailSubmission/set", { update: { [id]: { undoStatus: "canceled" } } })).notUpdated[id].type,
    ).toBe("cannotUnsend");
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ["without recipients", { to: [] }, {}, "noRecipients"],
    [
      "to what is no address",
      {},
      { envelope: { mailFrom: { email: "demo@crm.test" }, rcptTo: [{ email: "nobody" }] } },
      "invalidRecipients",
    ],
    ["from somebody else", { from: [{ email: "eva@crm.test" }] }, {}, "forbiddenFrom"],
    [
      "with somebody else in the envelope",
      {},
      { envelope: { mailFrom: { email: "eva@crm.test" }, rcptTo: [{ email: "a@x.test" }] } },
      "forbiddenMailFrom",
    ],
    ["of an email that is not there", {}, { emailId: "nowhere" }, "invalidProperties"],
    ["by an identity that is not there", {}, { identityId: "nowhere" }, "invalidProperties"],
  ])("does not send %s, and updates nothing then", async (_what, email, submission, type) => {
    const count = server.sent.length;
    const answers = await submit(draft(email), submission, { onSuccessDestroyEmail: ["#s"] });
    expect(answers[1]?.[1].notCreated.s.type).toBe(type);
    expect(answers).toHaveLength(2);
    expect(server.sent).toHaveLength(count);
  });
});

describe("people answer", () => {
  it("in the same thread, with the right headers, in the writer's language", async () => {
    const server = await startDemoMail({ seed: "empty", replyDelay: 5 });
    const client = await MailClient.connect(server);
    const inbox = await client.mailboxId("inbox");
    const identityId = (await client.call("Identity/get", { ids: null })).list[0].id;
    const email = {
      mailboxIds: { [await client.mailboxId("sent")]: true },
      from: [{ email: "demo@crm.test" }],
      to: [{ name: "Ján Kováčik", email: "jan.kovacik@vinarstvokovacik.test" }, { email: "noreply@x.test" }],
      subject: "Etikety na víno",
      textBody: [{ partId: "t", type: "text/plain" }],
      bodyValues: { t: { value: "Dobrý deň, posielam cenovú ponuku na etikety." } },
    };
    const stream = await fetch(
      client.url("eventSourceUrl", { types: "EmailDelivery", closeafter: "state", ping: "0" }),
      {
        headers: { authorization: client.authorization },
      },
    );
    const [made] = await client.calls(
      ["Email/set", { create: { e: email } }],
      ["EmailSubmission/set", { create: { s: { identityId, emailId: "#e" } } }],
    );
    expect(await stream.text()).toContain("EmailDelivery");
    const { ids } = await client.call("Email/query", { filter: { inMailbox: inbox } });
    const [[reply], [original]] = [
      (await client.call("Email/get", { ids, fetchTextBodyValues: true })).list,
      (await client.call("Email/get", { ids: [made?.[1].created.e.id] })).list,
    ];
    expect(ids).toHaveLength(1);
    expect(reply).toMatchObject({
      from: [{ name: "Ján Kováčik" }],
      subject: "Re: Etikety na víno",
      inReplyTo: original.messageId,
      references: original.messageId,
      threadId: original.threadId,
      keywords: {},
    });
    const text = (Object.values(reply.bodyValues)[0] as { value: string }).value;
    expect(text).toContain("> Dobrý deň, posielam cenovú ponuku");
    expect(text).toMatch(/ponuk|cen/i);
    await server.close();
  });
});
