import type { OutgoingMessage, Person } from "../mime/compose-message.ts";
import { asMessageIds, type EmailAddress } from "../mime/header-forms.ts";
import { headerOf } from "../mime/part.ts";
import { bodyTextOf } from "../mime/preview.ts";
import { people, signatureOf } from "../sample/people.ts";
import { quote } from "../sample/quote.ts";
import { isSlovak, replies } from "../sample/replies.ts";
import type { StoredEmail } from "../store/stored-email.ts";

const NOBODY =
  /^(no-?reply|do-?not-?reply|noreply\w*|mailer-daemon|postmaster|newsletter|notifications?|bounces?)(\+.*)?@/i;

/** What a person answers to an email; null for addresses that no person reads. Same question, same answer. */
export function writeReply(email: StoredEmail, answering: EmailAddress, to: Person): OutgoingMessage | null {
  if (NOBODY.test(answering.email)) return null;
  const messageId = email.messageIds[0];
  const text = bodyTextOf(email.root);
  const known = people.find((person) => person.email === answering.email.toLowerCase());
  const from: Person = known ?? { name: answering.name, email: answering.email };
  const slovak = isSlovak(`${email.subject ?? ""}\n${text}`);
  const choices = replies.filter((reply) => reply.slovak === slovak && (reply.about?.test(text) ?? false));
  const general = replies.filter((reply) => reply.slovak === slovak && !reply.about);
  const answers = choices.length > 0 ? choices : general;
  const answer = answers[sumOf(`${messageId}${text}`) % answers.length]?.text ?? "";
  const signature = known ? signatureOf(known) : (from.name ?? "");
  const quoted = quote({ text, date: new Date(email.sentAt ?? email.receivedAt), from: to, slovak });
  const references = asMessageIds(headerOf(email.root, "References") ?? "") ?? [];
  const subject = email.subject ?? "";
  return {
    from,
    to: [to],
    subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    text: `${answer}\n\n${signature}\n\n${quoted}\n`,
    ...(messageId === undefined ? {} : { inReplyTo: messageId, references: [...references, messageId] }),
  };
}

function sumOf(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) as number)) % 1_000_003;
  return sum;
}
