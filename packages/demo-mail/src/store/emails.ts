import { asMessageIds } from "../mime/header-forms.ts";
import { headerOf, type MimePart } from "../mime/part.ts";
import type { Account } from "./account.ts";
import { randomId } from "./ids.ts";
import { StoredEmail } from "./stored-email.ts";

export interface NewEmail {
  root: MimePart | (() => MimePart);
  /** The ids that put it into a thread, where they are known without reading the message. */
  messageIds?: readonly string[];
  mailboxIds: Iterable<string>;
  keywords?: Iterable<string>;
  receivedAt: Date;
  raw?: Buffer | undefined;
  /** Chosen by the server unless the sample brings its own. */
  id?: string;
  threadId?: string;
}

/** Puts a message into an account, in the thread that its Message-ID, In-Reply-To and References point to. */
export function addEmail(account: Account, email: NewEmail): StoredEmail {
  const id = email.id ?? randomId();
  const messageIds =
    email.messageIds ?? relatedMessageIds(typeof email.root === "function" ? email.root() : email.root);
  const knownThread = messageIds
    .map((messageId) => liveThread(account, messageId))
    .find((found) => found !== undefined);
  const threadId = knownThread ?? email.threadId ?? randomId();
  const stored = new StoredEmail(id, threadId, email.root, email.receivedAt, {
    mailboxIds: email.mailboxIds,
    keywords: email.keywords ?? [],
    raw: email.raw,
  });
  const members = account.threads.get(threadId);
  account.emails.set(id, stored);
  account.threads.set(
    threadId,
    [...(members ?? []), id].sort((a, b) => receivedAt(account, a) - receivedAt(account, b)),
  );
  for (const messageId of messageIds) {
    if (liveThread(account, messageId) === undefined) account.threadOfMessageId.set(messageId, threadId);
  }
  account.changes.record("Email", id, "created", threadId);
  account.changes.record("Thread", threadId, members ? "updated" : "created");
  touchCounts(account, stored.mailboxIds);
  return stored;
}

/** Changes where an email is and how it is marked. */
export function updateEmail(
  account: Account,
  email: StoredEmail,
  change: { mailboxIds: Set<string>; keywords: Set<string> },
): void {
  const touched = new Set([...email.mailboxIds, ...change.mailboxIds]);
  replaceAll(email.mailboxIds, change.mailboxIds);
  replaceAll(email.keywords, change.keywords);
  account.changes.record("Email", email.id, "updated", email.threadId);
  touchCounts(account, touched);
}

export function destroyEmail(account: Account, email: StoredEmail): void {
  account.emails.delete(email.id);
  const left = (account.threads.get(email.threadId) ?? []).filter((id) => id !== email.id);
  if (left.length > 0) account.threads.set(email.threadId, left);
  else account.threads.delete(email.threadId);
  account.changes.record("Email", email.id, "destroyed", email.threadId);
  account.changes.record("Thread", email.threadId, left.length > 0 ? "updated" : "destroyed");
  touchCounts(account, email.mailboxIds);
}

function touchCounts(account: Account, mailboxIds: Iterable<string>): void {
  for (const id of mailboxIds) if (account.mailboxes.has(id)) account.changes.record("Mailbox", id, "counts");
}

/** The id of a destroyed thread must not come back (RFC 8620 §1.2): what still points to one points nowhere. */
function liveThread(account: Account, messageId: string): string | undefined {
  const threadId = account.threadOfMessageId.get(messageId);
  return threadId !== undefined && account.threads.has(threadId) ? threadId : undefined;
}

function relatedMessageIds(root: MimePart): string[] {
  return ["Message-ID", "In-Reply-To", "References"].flatMap((name) => asMessageIds(headerOf(root, name) ?? "") ?? []);
}

function receivedAt(account: Account, id: string): number {
  return account.emails.get(id)?.receivedAt.getTime() ?? 0;
}

function replaceAll(target: Set<string>, values: Set<string>): void {
  target.clear();
  for (const value of values) target.add(value);
}
