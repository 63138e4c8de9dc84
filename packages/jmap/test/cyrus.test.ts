import {
  connect,
  getEmailChanges,
  getEmails,
  getIdentities,
  getMailboxes,
  type JmapClient,
  queryEmails,
  setEmails,
  submitEmail,
} from "@crm/jmap";
import { attachCyrus, type CyrusServer, type TestAccount } from "@crm/jmap/testing";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { rawMessage } from "./raw-message.ts";

const coordinates = inject("cyrus");

describe.skipIf(coordinates === null)("what Cyrus does that others do not", () => {
  let server: CyrusServer;

  beforeAll(() => {
    if (coordinates) server = attachCyrus(coordinates);
  });

  const newAccount = async (): Promise<{ account: TestAccount; client: JmapClient }> => {
    const account = await server.createAccount();
    const client = await connect({ sessionUrl: server.sessionUrl, auth: { type: "basic", ...account } });
    return { account, client };
  };
  const readAll = async (
    client: JmapClient,
    properties?: readonly ("subject" | "messageId" | "from" | "sentAt" | "preview")[],
  ) => {
    const { ids } = await queryEmails(client, {});
    const { list } = await getEmails(client, { ids, ...(properties && { properties }) });
    return list;
  };
  const openDesk = async (client: JmapClient) => {
    const [{ list: identities }, { list: mailboxes }] = await Promise.all([
      getIdentities(client),
      getMailboxes(client),
    ]);
    const idOf = (role: string) => mailboxes.find((mailbox) => mailbox.role === role)?.id ?? "";
    return { identityId: identities[0]?.id ?? "", draftsMailboxId: idOf("drafts"), sentMailboxId: idOf("sent") };
  };
  const letter = (account: TestAccount, to: string) => ({
    from: [{ email: account.username }],
    to: [{ email: to }],
    subject: "Hello",
    bodyValues: { text: { value: "Hello." } },
    textBody: [{ partId: "text", type: "text/plain" }],
  });

  it("its session has relative URLs", async () => {
    const { account } = await newAccount();
    const authorization = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString("base64")}`;
    const response = await fetch(server.sessionUrl, { headers: { authorization } });
    expect(await response.json()).toMatchObject({ apiUrl: "/jmap/" });
  });

  it("a password that is changed is refused from then on", async () => {
    const { account, client } = await newAccount();
    await server.changePassword(account, "another");
    await expect(getMailboxes(client)).rejects.toMatchObject({ kind: "unauthorized" });
  });

  it("too many ids in one call lose the whole request", async () => {
    const { client } = await newAccount();
    const tooMany = Array.from({ length: client.limits.maxObjectsInGet + 1 }, (_, index) => `M${index}`);
    // Straight to the server, past the client's own check.
    const unlimited = { ...client.limits, maxObjectsInGet: 1e6 };
    const careless = await connect({
      sessionUrl: server.sessionUrl,
      auth: { type: "basic", ...(await server.createAccount()) },
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (init?.method === "POST") return response;
        const session = (await response.json()) as { capabilities: Record<string, object> };
        Object.assign(session.capabilities["urn:ietf:params:jmap:core"] ?? {}, unlimited);
        return Response.json(session);
      },
    });
    const request = careless.request([
      ["Mailbox/get", { ids: null }, "mailboxes"],
      ["Email/get", { ids: tooMany }, "emails"],
    ]);
    await expect(request).rejects.toMatchObject({
      name: "JmapRequestError",
      type: "urn:ietf:params:jmap:error:limit",
    });
  });

  it("a submission and the move that it causes answer under one call id", async () => {
    const { account, client } = await newAccount();
    const { identityId, draftsMailboxId, sentMailboxId } = await openDesk(client);
    const draft = { ...letter(account, "someone@elsewhere.example"), mailboxIds: { [draftsMailboxId]: true } };
    const responses = await client.request([
      ["Email/set", { create: { draft } }, "draft"],
      [
        "EmailSubmission/set",
        {
          create: { submission: { identityId, emailId: "#draft" } },
          onSuccessUpdateEmail: { "#submission": { mailboxIds: { [sentMailboxId]: true } } },
        },
        "send",
      ],
    ]);
    expect(responses.all.filter(([, , callId]) => callId === "send").map(([method]) => method)).toEqual([
      "EmailSubmission/set",
      "Email/set",
    ]);
    const id = responses.get("draft", "Email/set").created?.draft?.id ?? "";
    expect(responses.get("send", "Email/set").updated).toHaveProperty([id]);
  });

  it("a message without the usual headers lacks or nulls what would come of them", async () => {
    const { account, client } = await newAccount();
    await server.append(account, [{ raw: Buffer.from("X-Nothing: here\r\n\r\n"), mailbox: "INBOX" }]);
    const [email] = await readAll(client, ["subject", "messageId", "from", "sentAt", "preview"]);
    expect(email?.id).toEqual(expect.any(String));
    for (const value of [email?.subject, email?.messageId, email?.from, email?.sentAt])
      expect(value ?? null).toBeNull();
    expect(email?.preview || null).toBeNull();
  });

  it("raw 8-bit headers come as some text", async () => {
    const { account, client } = await newAccount();
    const raw = Buffer.from("From: \xe8\xbe <x@example.test>\r\nSubject: k\xf4\xf2\r\n\r\nx\r\n", "latin1");
    await server.append(account, [{ raw, mailbox: "INBOX" }]);
    const [email] = await readAll(client, ["subject", "from"]);
    expect(email?.subject).toEqual(expect.any(String));
    expect(email?.from?.[0]?.email).toBe("x@example.test");
  });

  it("a state from the future is an answer that goes back, and means that everything must be read anew", async () => {
    const { client } = await newAccount();
    const { state } = await getEmails(client, { ids: [] });
    const sinceState = String(BigInt(state) + 1000n);
    const responses = await client.request([["Email/changes", { sinceState }, "0"]]);
    expect(BigInt(responses.get("0", "Email/changes").newState)).toBeLessThan(BigInt(sinceState));
    await expect(getEmailChanges(client, { sinceState })).rejects.toMatchObject({ type: "cannotCalculateChanges" });
  });

  it("an unknown state is called an invalid argument, which getEmailChanges puts right", async () => {
    const { client } = await newAccount();
    const responses = await client.request([["Email/changes", { sinceState: "nonsense" }, "0"]]);
    expect(() => responses.get("0", "Email/changes")).toThrow(expect.objectContaining({ type: "invalidArguments" }));
    await expect(getEmailChanges(client, { sinceState: "nonsense" })).rejects.toMatchObject({
      type: "cannotCalculateChanges",
    });
  });

  it("a line break in an address becomes a header: whoever sends must check", async () => {
    const { account, client } = await newAccount();
    const to = `injected-${account.username.split("@")[0]}@elsewhere.example`;
    const name = "Eve\r\nX-Injected: yes";
    const email = { ...letter(account, to), cc: [{ name, email: "eve@elsewhere.example" }] };
    await submitEmail(client, { ...(await openDesk(client)), email });
    const { raw } = await server.waitForSent(to);
    expect(raw.toString("latin1")).toMatch(/^X-Injected: yes/m);
  });

  it.each([
    ["for good", "reject"],
    ["for now", "tempfail"],
  ])("a recipient that is refused %s is told, and no draft stays behind", async (_, word) => {
    const { account, client } = await newAccount();
    const email = letter(account, `${word}@elsewhere.example`);
    const submission = submitEmail(client, { ...(await openDesk(client)), email });
    await expect(submission).rejects.toMatchObject({ name: "JmapSetError", operation: "create" });
    expect(await readAll(client)).toEqual([]);
  });

  it("a temporary failure goes by the name of forbiddenToSend", async () => {
    const { account, client } = await newAccount();
    const email = letter(account, "tempfail@elsewhere.example");
    const submission = submitEmail(client, { ...(await openDesk(client)), email });
    await expect(submission).rejects.toMatchObject({ type: "forbiddenToSend" });
  });

  it("a purge is missing from the changes of a query, not from the changes of the mailbox", async () => {
    const { account, client } = await newAccount();
    await server.append(account, [{ raw: rawMessage({}), mailbox: "INBOX" }]);
    const { ids } = await queryEmails(client, {});
    const { state } = await getEmails(client, { ids: [] });
    await setEmails(client, { destroy: ids });
    expect(await getEmailChanges(client, { sinceState: state })).toMatchObject({ destroyed: ids });
    await server.expire(account);
    await expect(getEmailChanges(client, { sinceState: state })).rejects.toMatchObject({
      type: "cannotCalculateChanges",
    });
  });
});
