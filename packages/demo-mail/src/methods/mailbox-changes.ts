import type { Method } from "../protocol/method.ts";
import { changesSince } from "./standard-changes.ts";

const COUNTS = ["totalEmails", "unreadEmails", "totalThreads", "unreadThreads"];

/** Mailbox/changes, RFC 8621 §2.2: says when nothing but counts changed. */
export const mailboxChanges: Method = (context, args) => {
  const { countsOnly, ...changes } = changesSince(context, args, "Mailbox");
  const updatedProperties = countsOnly && changes.updated.length > 0 ? COUNTS : null;
  return { accountId: context.account.id, ...changes, updatedProperties };
};
