import { composeMessage } from "../mime/compose-message.ts";
import type { Account } from "../store/account.ts";
import { addEmail } from "../store/emails.ts";
import { stableId } from "../store/ids.ts";
import type { StoredMailbox } from "../store/mailbox.ts";
import { notifications } from "./notifications.ts";
import type { SampleMessage } from "./sample-message.ts";
import { tellYear } from "./tell-year.ts";

const DAY = 86_400_000;
/** Of all mail, Zuzana has not yet read that much. */
const UNREAD_SHARE = 0.12;
const FOLDERS = ["Faktúry", "Newslettre"];
const INVOICE_SENDERS = new Set(notifications.filter(({ mailbox }) => mailbox === "Faktúry").map(({ email }) => email));

/**
 * Fills an account with the year of a small design and printing studio: about 600 messages up to `now`, most of them in
 * threads. The same account and `now` get the same messages under the same ids.
 */
export function createSampleMailbox(account: Account, now: Date): void {
  for (const [index, name] of FOLDERS.entries()) {
    const id = stableId("mailbox", account.username, name);
    account.mailboxes.set(id, { id, name, parentId: null, role: null, sortOrder: 10 + index, isSubscribed: true });
  }
  const messages = tellYear({ name: account.name, email: account.username }, now);
  const unread = chooseUnread(messages, now);
  const flagged = chooseFlagged(messages);
  const answered = new Set(messages.map(({ message }) => message.inReplyTo).filter((id) => id !== undefined));
  for (const sample of messages) {
    const { message, kind } = sample;
    const keywords = new Set<string>();
    if (!unread.has(sample)) keywords.add("$seen");
    if (kind === "draft") keywords.add("$draft");
    if (kind === "junk") keywords.add("$junk");
    if (flagged.has(sample)) keywords.add("$flagged");
    if (kind === "received" && answered.has(message.messageId)) keywords.add("$answered");
    addEmail(account, {
      id: stableId("email", account.username, message.messageId),
      threadId: stableId("thread", account.username, message.messageId),
      root: () => composeMessage(message),
      messageIds: [message.messageId, ...(message.references ?? [])],
      mailboxIds: [placeOf(account, sample, now).id],
      keywords,
      // Delivery takes some seconds.
      receivedAt: kind === "sent" || kind === "draft" ? message.date : new Date(message.date.getTime() + 4000),
    });
  }
}

function placeOf(account: Account, { kind, message }: SampleMessage, now: Date): StoredMailbox {
  const age = (now.getTime() - message.date.getTime()) / DAY;
  const named = (name: string): StoredMailbox =>
    account.mailboxes.get(stableId("mailbox", account.username, name)) ?? account.mailboxOfRole("inbox");
  if (kind === "sent" || kind === "draft" || kind === "junk") {
    return account.mailboxOfRole({ sent: "sent", draft: "drafts", junk: "junk" }[kind]);
  }
  if (INVOICE_SENDERS.has(message.from.email)) return named("Faktúry");
  if (kind === "newsletter" && age > 20)
    return message.subject.length % 5 === 0 ? account.mailboxOfRole("trash") : named("Newslettre");
  if (kind === "notification" && age > 120 && message.from.email.startsWith("backup@"))
    return account.mailboxOfRole("trash");
  return account.mailboxOfRole(age > 150 ? "archive" : "inbox");
}

/** The newest of what came in, with newsletters put off longer; what was answered has been read. */
function chooseUnread(messages: readonly SampleMessage[], now: Date): Set<SampleMessage> {
  const answered = new Set(messages.map(({ message }) => message.inReplyTo));
  const lateness = (sample: SampleMessage, index: number): number => {
    const age = (now.getTime() - sample.message.date.getTime()) / DAY;
    const patience = sample.kind === "newsletter" || sample.kind === "junk" ? 0.35 : 1;
    // Some recent ones have been read all the same.
    return age * patience + (index % 3 === 0 ? 12 : 0);
  };
  return new Set(
    messages
      .map((sample, index) => ({ sample, lateness: lateness(sample, index) }))
      .filter(
        ({ sample }) => sample.kind !== "sent" && sample.kind !== "draft" && !answered.has(sample.message.messageId),
      )
      .sort((a, b) => a.lateness - b.lateness)
      .slice(0, Math.round(messages.length * UNREAD_SHARE))
      .map(({ sample }) => sample),
  );
}

/** Every now and then a message from a person, more often lately. */
function chooseFlagged(messages: readonly SampleMessage[]): Set<SampleMessage> {
  const received = messages.filter(({ kind }) => kind === "received").reverse();
  return new Set(received.filter((_sample, index) => index === 2 || index % 19 === 7));
}
