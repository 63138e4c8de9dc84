import { type Database, emails } from "@crm/db";
import { and, desc, eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { getOwnMailAccount } from "../mail/mail-account.ts";
import { type QuotedMessage, quoteAsHtml, quoteAsText } from "../mail/outbox/quote-message.ts";
import { type SendOptions, type SentEmail, sendMessage } from "../mail/outbox/send-message.ts";
import { type Answered, threadingOf } from "../mail/outbox/threading.ts";
import { composeMessage, type SendEmailInput } from "./send-email.ts";

export interface ReplyToEmailInput extends SendEmailInput {
  /** Message-ID of the message that is answered, with or without angle brackets. */
  inReplyTo?: string | undefined;
  /** Without `inReplyTo`: the thread whose last message is answered. */
  threadId?: string | undefined;
  /** Put what is answered below the answer, as mail programs do. @default false */
  quote?: boolean | undefined;
}

/**
 * Answers a mirrored message, so that every mail program shows it in the thread (RFC 5322 §3.6.4).
 * @throws ServiceError NOT_FOUND when what is answered is not one's own, and what `sendEmail` throws
 */
export async function replyToEmail(
  dependencies: Dependencies,
  actor: Actor,
  request: ReplyToEmailInput,
  options: SendOptions = {},
): Promise<SentEmail> {
  const { inReplyTo, threadId, quote = false, ...input } = request;
  const account = await getOwnMailAccount(dependencies.db, actor);
  const answered = await findAnswered(dependencies.db, actor, { inReplyTo, threadId });
  const composed = await composeMessage(dependencies, actor, account, quote ? withQuote(input, answered) : input);
  const message = { ...composed, ...threadingOf(answered) };
  return sendMessage(dependencies, actor, account, { ...options, action: "email.reply", request, message });
}

const withQuote = (input: SendEmailInput, answered: QuotedMessage): SendEmailInput => ({
  ...input,
  body: `${input.body.trimEnd()}\n\n${quoteAsText(answered)}`,
  ...(input.html !== undefined && { html: `${input.html}\n${quoteAsHtml(answered)}` }),
});

async function findAnswered(
  db: Database,
  { organizationId, userId }: Actor,
  { inReplyTo, threadId }: Pick<ReplyToEmailInput, "inReplyTo" | "threadId">,
): Promise<Answered & QuotedMessage> {
  if (inReplyTo === undefined && threadId === undefined) {
    const details = [{ path: "inReplyTo", message: "is needed, or threadId" }];
    throw new ServiceError("VALIDATION_ERROR", { details });
  }
  const [answered] = await db
    .select({
      messageId: emails.messageId,
      inReplyTo: emails.inReplyTo,
      references: emails.references,
      jmapId: emails.jmapId,
      from: emails.from,
      receivedAt: emails.receivedAt,
      bodyText: emails.bodyText,
      bodyHtml: emails.bodyHtml,
    })
    .from(emails)
    .where(
      and(
        eq(emails.organizationId, organizationId),
        eq(emails.userId, userId),
        inReplyTo === undefined ? undefined : eq(emails.messageId, inReplyTo.trim().replace(/^<(.*)>$/, "$1")),
        threadId === undefined ? undefined : eq(emails.threadId, threadId),
      ),
    )
    .orderBy(desc(emails.receivedAt), desc(emails.id))
    .limit(1);
  if (!answered) throw new ServiceError("NOT_FOUND", { message: "There is no such message to answer." });
  return answered;
}
