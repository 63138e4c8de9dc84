import { readArguments } from "../protocol/arguments.ts";
import { SetError } from "../protocol/errors.ts";
import type { Method, MethodContext } from "../protocol/method.ts";
import { applyPatch } from "../protocol/patch.ts";
import { addEmail, destroyEmail, updateEmail } from "../store/emails.ts";
import type { StoredEmail } from "../store/stored-email.ts";
import { readKeywords, readMailboxIds, readReceivedAt } from "./email-place.ts";
import { makeEmail } from "./make-email.ts";
import { setArguments, standardSet } from "./standard-set.ts";

/** Email/set, RFC 8621 §4.6. */
export const emailSet: Method = (context, args) => {
  return standardSet(context, readArguments(args, setArguments), "Email", {
    create(object, creationId) {
      const mailboxIds = readMailboxIds(context, object.mailboxIds);
      const keywords = readKeywords(object.keywords);
      const receivedAt = readReceivedAt(object.receivedAt);
      const root = makeEmail(context, object, creationId);
      return createdView(addEmail(context.account, { root, mailboxIds, keywords, receivedAt }));
    },
    update(id, patch) {
      patchEmail(context, getEmail(context, id), patch);
      return null;
    },
    destroy: (id) => destroyEmail(context.account, getEmail(context, id)),
  });
};

/** What the client cannot know of an email it made. */
export function createdView(email: StoredEmail) {
  return { id: email.id, blobId: email.blobId, threadId: email.threadId, size: email.size };
}

function getEmail({ account }: MethodContext, id: string): StoredEmail {
  const email = account.emails.get(id);
  if (!email) throw new SetError("notFound");
  return email;
}

/** Mailboxes and keywords are all that ever changes of an email; whole or by path. */
function patchEmail(context: MethodContext, email: StoredEmail, patch: Record<string, unknown>): void {
  const foreign = Object.keys(patch).filter((path) => !/^(mailboxIds|keywords)(\/|$)/.test(path));
  if (foreign.length > 0) throw new SetError("invalidProperties", { properties: foreign });
  const current = { mailboxIds: trueFor(email.mailboxIds), keywords: trueFor(email.keywords) };
  const patched = applyPatch(current, lowerKeywords(patch));
  const change = {
    mailboxIds: readMailboxIds(context, patched.mailboxIds),
    keywords: readKeywords(patched.keywords),
  };
  if (isSame(change.mailboxIds, email.mailboxIds) && isSame(change.keywords, email.keywords)) return;
  updateEmail(context.account, email, change);
}

function lowerKeywords(patch: Record<string, unknown>): Record<string, unknown> {
  const lowered = (path: string): string => (path.startsWith("keywords/") ? path.toLowerCase() : path);
  return Object.fromEntries(Object.entries(patch).map(([path, value]) => [lowered(path), value]));
}

function trueFor(names: Iterable<string>): Record<string, true> {
  return Object.fromEntries([...names].map((name) => [name, true as const]));
}

function isSame(a: Set<string>, b: Set<string>): boolean {
  return a.size === b.size && [...a].every((value) => b.has(value));
}
