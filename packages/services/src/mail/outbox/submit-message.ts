import type { OutgoingMessage } from "@crm/db";
import {
  type EmailCreate,
  type Envelope,
  getIdentities,
  getMailboxes,
  type Identity,
  type JmapClient,
  setEmails,
  submitEmail,
} from "@crm/jmap";
import { personName } from "@crm/schemas";

/** Where a message is made, and where it goes once it is sent. */
interface Desk {
  identityId: string;
  /** How the mail server calls the person who writes. */
  name: string | null;
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
 * Who is in Bcc goes into the envelope alone, because not every server takes that header out of what it sends
 * (RFC 8621 §7.5); the copy in Sent gets it afterwards.
 *
 * @returns the message's id at the server
 * @throws JmapSetError when the server refuses it; CannotSendError; any other error of the client, after which it may
 *   or may not have been sent
 */
export async function submitMessage(client: JmapClient, messageId: string, message: OutgoingMessage): Promise<string> {
  const { identityId, name, draftsMailboxId, sentMailboxId } = await readDesk(client, message.from.email);
  const signed = { ...message, from: { ...message.from, name: message.from.name ?? name } };
  const { emailId } = await submitEmail(client, {
    identityId,
    draftsMailboxId,
    sentMailboxId,
    email: toEmail(messageId, { ...signed, bcc: [] }),
    envelope: toEnvelope(signed),
  });
  if (message.bcc.length === 0) return emailId;
  const copy = { ...toEmail(messageId, signed), mailboxIds: { [sentMailboxId]: true }, keywords: { $seen: true } };
  return replaceBy(client, emailId, copy);
}

/** It is sent by now: that Bcc could not be kept is no reason to say otherwise. */
async function replaceBy(client: JmapClient, emailId: string, copy: EmailCreate): Promise<string> {
  try {
    const { created } = await setEmails(client, { create: { copy } });
    if (!created.copy) return emailId;
    await setEmails(client, { destroy: [emailId] }, { retry: true });
    return created.copy.id;
  } catch {
    return emailId;
  }
}

function toEnvelope({ from, to, cc, bcc }: OutgoingMessage): Envelope {
  const recipients = new Map([...to, ...cc, ...bcc].map(({ email }) => [email.toLowerCase(), email]));
  return {
    mailFrom: { email: from.email, parameters: {} },
    rcptTo: [...recipients.values()].map((email) => ({ email, parameters: {} })),
  };
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
  return { identityId: mine.id, name: nameOf(mine, from), draftsMailboxId, sentMailboxId };
}

/** Null where the identity is another address's, or has no name that may stand in a header. */
function nameOf(identity: Identity, from: string): string | null {
  const name = personName.safeParse(identity.name).data?.trim() ?? "";
  const address = from.toLowerCase();
  const isName = name !== "" && name.toLowerCase() !== address;
  return isName && identity.email.toLowerCase() === address ? name : null;
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
