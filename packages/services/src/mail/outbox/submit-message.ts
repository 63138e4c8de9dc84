import type { OutgoingMessage } from "@crm/db";
import { type EmailCreate, getIdentities, getMailboxes, type JmapClient, submitEmail } from "@crm/jmap";

/** Where a message is made, and where it goes once it is sent. */
interface Desk {
  identityId: string;
  draftsMailboxId: string;
  sentMailboxId: string;
}

/** The mail server lacks what sending takes; `message` says what, for a person. */
export class CannotSendError extends Error {
  override readonly name = "CannotSendError";
}

/**
 * Sends a message under a Message-ID of ours (without angle brackets).
 *
 * @returns the message's id at the server
 * @throws JmapSetError when the server refuses it; CannotSendError; any other error of the client, after which it may
 *   or may not have been sent
 */
export async function submitMessage(client: JmapClient, messageId: string, message: OutgoingMessage): Promise<string> {
  const desk = await readDesk(client, message.from.email);
  const { emailId } = await submitEmail(client, { ...desk, email: toEmail(messageId, message) });
  return emailId;
}

async function readDesk(client: JmapClient, from: string): Promise<Desk> {
  const [identities, mailboxes] = await Promise.all([getIdentities(client), getMailboxes(client)]);
  const mine = identities.list.find(({ email }) => email.toLowerCase() === from.toLowerCase()) ?? identities.list[0];
  const idOf = (role: string) => mailboxes.list.find((mailbox) => mailbox.role === role)?.id;
  const draftsMailboxId = idOf("drafts") ?? idOf("inbox");
  const sentMailboxId = idOf("sent") ?? draftsMailboxId;
  if (!mine) throw new CannotSendError("The mail server gives this account no identity to send from.");
  if (draftsMailboxId === undefined || sentMailboxId === undefined) {
    throw new CannotSendError("The mail account has neither a Drafts nor an Inbox folder to write in.");
  }
  return { identityId: mine.id, draftsMailboxId, sentMailboxId };
}

function toEmail(
  messageId: string,
  { from, to, cc, bcc, subject, text, html, attachments, inReplyTo, references }: OutgoingMessage,
): Omit<EmailCreate, "mailboxIds" | "keywords"> {
  return {
    messageId: [messageId],
    ...(inReplyTo !== null && { inReplyTo: [inReplyTo] }),
    ...(references.length > 0 && { references }),
    from: [from],
    to,
    ...(cc.length > 0 && { cc }),
    ...(bcc.length > 0 && { bcc }),
    subject,
    bodyValues: { text: { value: text }, ...(html !== null && { html: { value: html } }) },
    textBody: [{ partId: "text", type: "text/plain" }],
    ...(html !== null && { htmlBody: [{ partId: "html", type: "text/html" }] }),
    ...(attachments.length > 0 && {
      attachments: attachments.map((attachment) => ({ ...attachment, disposition: "attachment" })),
    }),
  };
}
