import type { OutgoingMessage } from "@crm/db";
import { getIdentities, getMailboxes, type JmapClient, type JmapResponses, JmapSetError, setEmails } from "@crm/jmap";

/** Where a message is made, and where it goes once it is sent. */
interface Desk {
  identityId: string;
  draftsId: string;
  sentId: string;
}

/** The mail server lacks what sending takes; `message` says what, for a person. */
export class CannotSendError extends Error {
  override readonly name = "CannotSendError";
}

/**
 * Makes the message a draft, submits it, and moves it to Sent, in one request (RFC 8621 §7.5). A message that the
 * server refuses leaves no draft behind.
 *
 * @returns the message's id at the server
 * @throws JmapSetError when the server refuses it; CannotSendError; any other error of the client, after which it may
 *   or may not have been sent
 */
export async function submitMessage(client: JmapClient, messageId: string, message: OutgoingMessage): Promise<string> {
  const { accountId } = client;
  const desk = await readDesk(client, message.from.email);
  const responses = await client.request([
    ["Email/set", { accountId, create: { draft: toDraft(message, messageId, desk) } }, "draft"],
    [
      "EmailSubmission/set",
      {
        accountId,
        create: { submission: { emailId: "#draft", identityId: desk.identityId } },
        onSuccessUpdateEmail: {
          "#submission": {
            [`mailboxIds/${desk.draftsId}`]: null,
            [`mailboxIds/${desk.sentId}`]: true,
            "keywords/$draft": null,
          },
        },
      },
      "submission",
    ],
  ]);
  const jmapId = createdId(responses, "Email/set", "draft", "draft");
  try {
    createdId(responses, "EmailSubmission/set", "submission", "submission");
  } catch (error) {
    // Best effort: it is the refusal that the caller has to hear of.
    await setEmails(client, { destroy: [jmapId] }).catch(() => {});
    throw error;
  }
  return jmapId;
}

function createdId(
  responses: JmapResponses,
  method: "Email/set" | "EmailSubmission/set",
  callId: string,
  creationId: string,
): string {
  const { created, notCreated } = responses.get(callId, method);
  const refused = notCreated?.[creationId];
  if (refused) {
    throw new JmapSetError(refused.type, {
      id: creationId,
      operation: "create",
      properties: refused.properties,
      description: refused.description,
    });
  }
  return (created?.[creationId] as { id: string } | undefined)?.id ?? "";
}

async function readDesk(client: JmapClient, from: string): Promise<Desk> {
  const [identities, mailboxes] = await Promise.all([
    getIdentities(client, { ids: null }),
    getMailboxes(client, { ids: null, properties: ["id", "role"] }),
  ]);
  const mine = identities.list.find(({ email }) => email.toLowerCase() === from.toLowerCase()) ?? identities.list[0];
  const idOf = (role: string) => mailboxes.list.find((mailbox) => mailbox.role === role)?.id;
  const draftsId = idOf("drafts") ?? idOf("inbox");
  const sentId = idOf("sent") ?? draftsId;
  if (!mine) throw new CannotSendError("The mail server gives this account no identity to send from.");
  if (draftsId === undefined || sentId === undefined) {
    throw new CannotSendError("The mail account has neither a Drafts nor an Inbox folder to write in.");
  }
  return { identityId: mine.id, draftsId, sentId };
}

function toDraft(message: OutgoingMessage, messageId: string, { draftsId }: Desk): Record<string, unknown> {
  const { from, to, cc, bcc, subject, text, html, attachments, inReplyTo, references } = message;
  return {
    mailboxIds: { [draftsId]: true },
    keywords: { $draft: true, $seen: true },
    messageId: [messageId],
    ...(inReplyTo === null ? {} : { inReplyTo: [inReplyTo] }),
    ...(references.length === 0 ? {} : { references }),
    from: [from],
    to,
    ...(cc.length === 0 ? {} : { cc }),
    ...(bcc.length === 0 ? {} : { bcc }),
    subject,
    bodyValues: { text: { value: text }, ...(html === null ? {} : { html: { value: html } }) },
    textBody: [{ partId: "text", type: "text/plain" }],
    ...(html === null ? {} : { htmlBody: [{ partId: "html", type: "text/html" }] }),
    ...(attachments.length === 0
      ? {}
      : { attachments: attachments.map((attachment) => ({ ...attachment, disposition: "attachment" })) }),
  };
}
