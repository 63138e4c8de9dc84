import { parseMessage } from "../mime/parse-message.ts";
import { or, readArguments, record, text } from "../protocol/arguments.ts";
import { MethodError, SetError } from "../protocol/errors.ts";
import type { Method, MethodContext } from "../protocol/method.ts";
import { addEmail } from "../store/emails.ts";
import { readKeywords, readMailboxIds, readReceivedAt } from "./email-place.ts";
import { createdView } from "./email-set.ts";
import { standardSet } from "./standard-set.ts";

/** Email/import, RFC 8621 §4.8: like a /set that only creates. */
export const emailImport: Method = (context, args) => {
  const { emails, ifInState } = readArguments(args, { emails: record, ifInState: or(text, null) });
  const answer = standardSet(context, { ifInState, create: emails, update: {}, destroy: [] }, "Email", {
    create: (object) => importOne(context, object),
    update: unreachable,
    destroy: unreachable,
  });
  const { accountId, oldState, newState, created, notCreated } = answer;
  return { accountId, oldState, newState, created, notCreated };
};

function importOne(context: MethodContext, object: Record<string, unknown>) {
  const foreign = Object.keys(object).filter(
    (key) => !["blobId", "mailboxIds", "keywords", "receivedAt"].includes(key),
  );
  if (foreign.length > 0) throw new SetError("invalidProperties", { properties: foreign });
  const mailboxIds = readMailboxIds(context, object.mailboxIds);
  const keywords = readKeywords(object.keywords);
  const receivedAt = readReceivedAt(object.receivedAt);
  const blob = typeof object.blobId === "string" ? context.account.findBlob(object.blobId) : null;
  if (!blob) throw new SetError("invalidProperties", { properties: ["blobId"], description: "No such blob" });
  const root = parseMessage(blob.content);
  if (root.headers.length === 0) throw new SetError("invalidEmail");
  return createdView(addEmail(context.account, { root, raw: blob.content, mailboxIds, keywords, receivedAt }));
}

function unreachable(): never {
  throw new MethodError("serverFail");
}
