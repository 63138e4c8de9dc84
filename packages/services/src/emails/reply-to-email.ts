import { type Database, emails } from "@crm/db";
import { and, desc, eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { getOwnMailAccount } from "../mail/mail-account.ts";
import { type SendOptions, type SentEmail, sendMessage } from "../mail/outbox/send-message.ts";
import { composeMessage, type SendEmailInput } from "./send-email.ts";

export interface ReplyToEmailInput extends SendEmailInput {
  /** Message-ID of the message that is answered, with or without angle brackets. */
  inReplyTo?: string | undefined;
  /** Without `inReplyTo`: the thread whose last message is answered. */
  threadId?: string | undefined;
}

/**
 * Answers a mirrored message, so that every mail program shows it in the thread (RFC 5322 §3.6.4).
 * @throws ServiceError NOT_FOUND when what is answered is not one's own, and what `sendEmail` throws
 */
export async function replyToEmail(
  dependencies: Dependencies,
  actor: Actor,
  { inReplyTo, threadId, ...input }: ReplyToEmailInput,
  options: SendOptions = {},
): Promise<SentEmail> {
  const account = await getOwnMailAccount(dependencies.db, actor);
  const answered = await findAnswered(dependencies.db, actor, { inReplyTo, threadId });
  const message = { ...(await composeMessage(dependencies, actor, account, input)), ...threading(answered) };
  return sendMessage(dependencies, actor, account, { ...options, action: "email.reply", message });
}

interface Answered {
  messageId: string | null;
  inReplyTo: string | null;
  references: string[];
}

async function findAnswered(
  db: Database,
  { organizationId, userId }: Actor,
  { inReplyTo, threadId }: Pick<ReplyToEmailInput, "inReplyTo" | "threadId">,
): Promise<Answered> {
  if (inReplyTo === undefined && threadId === undefined) {
    const details = [{ path: "inReplyTo", message: "is needed, or threadId" }];
    throw new ServiceError("VALIDATION_ERROR", { details });
  }
  const [answered] = await db
    .select({ messageId: emails.messageId, inReplyTo: emails.inReplyTo, references: emails.references })
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

/** References: those of the answered message, or its In-Reply-To where it has none, and then itself. */
function threading({ messageId, inReplyTo, references }: Answered): { inReplyTo: string | null; references: string[] } {
  if (messageId === null) return { inReplyTo: null, references };
  const before = references.length > 0 ? references : inReplyTo === null ? [] : [inReplyTo];
  return { inReplyTo: messageId, references: [...before.filter((id) => id !== messageId), messageId] };
}
