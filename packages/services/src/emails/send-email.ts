import type { OutgoingMessage } from "@crm/db";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { getOwnMailAccount, type MailAccountRow } from "../mail/mail-account.ts";
import { parseRecipients } from "../mail/outbox/parse-recipients.ts";
import { type SendOptions, type SentEmail, sendMessage } from "../mail/outbox/send-message.ts";
import { getUserRow } from "../users/own-user.ts";

export interface SendEmailInput {
  to: string | string[];
  cc?: string | string[] | undefined;
  bcc?: string | string[] | undefined;
  subject: string;
  body: string;
  html?: string | undefined;
  attachments?: { blobId: string; name: string; type: string }[] | undefined;
}

/**
 * Sends a new message from one's mail account.
 * @throws ServiceError MAILBOX_NOT_LINKED, VALIDATION_ERROR, MAIL_REJECTED, MAIL_SERVER_UNAVAILABLE
 */
export async function sendEmail(
  dependencies: Dependencies,
  actor: Actor,
  input: SendEmailInput,
  options: SendOptions = {},
): Promise<SentEmail> {
  const account = await getOwnMailAccount(dependencies.db, actor);
  const message = await composeMessage(dependencies, actor, account, input);
  return sendMessage(dependencies, actor, account, { ...options, action: "email.send", request: input, message });
}

/** @throws ServiceError VALIDATION_ERROR for a recipient that is none */
export async function composeMessage(
  { db }: Dependencies,
  actor: Actor,
  account: MailAccountRow,
  input: SendEmailInput,
): Promise<OutgoingMessage> {
  const { firstName, lastName } = await getUserRow(db, actor);
  return {
    from: { name: [firstName, lastName].filter(Boolean).join(" ") || null, email: account.address },
    to: parseRecipients("to", input.to),
    cc: parseRecipients("cc", input.cc),
    bcc: parseRecipients("bcc", input.bcc),
    subject: input.subject,
    text: input.body,
    html: input.html ?? null,
    attachments: input.attachments ?? [],
    inReplyTo: null,
    references: [],
  };
}
