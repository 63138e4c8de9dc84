import { isRecord } from "../protocol/arguments.ts";
import { SetError } from "../protocol/errors.ts";
import { type MethodContext, resolveId } from "../protocol/method.ts";

/** RFC 8621 §4.1.1: printable ASCII, without the characters that IMAP cannot carry. */
const KEYWORD = /^[!#$&'+\-./0-9:;<=>?@A-Z[^_`a-z|}~]{1,255}$/;

/** @throws SetError invalidProperties unless it names one mailbox of the account at least. */
export function readMailboxIds(context: MethodContext, value: unknown): Set<string> {
  if (!isRecord(value)) throw invalid("mailboxIds");
  const ids = Object.entries(value).map(([id, isIn]) => {
    const mailboxId = resolveId(context, id);
    if (isIn !== true || !context.account.mailboxes.has(mailboxId)) throw invalid("mailboxIds");
    return mailboxId;
  });
  if (ids.length === 0) throw invalid("mailboxIds");
  return new Set(ids);
}

/** Keywords compare without regard to case; they are kept in lower case. @throws SetError invalidProperties */
export function readKeywords(value: unknown): Set<string> {
  if (value === undefined || value === null) return new Set();
  if (!isRecord(value)) throw invalid("keywords");
  const keywords = Object.entries(value).map(([keyword, isSet]) => {
    if (isSet !== true || !KEYWORD.test(keyword)) throw invalid("keywords");
    return keyword.toLowerCase();
  });
  return new Set(keywords);
}

/** @throws SetError invalidProperties */
export function readReceivedAt(value: unknown): Date {
  if (value === undefined || value === null) return new Date();
  const isDate = typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
  const date = new Date(isDate ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) throw invalid("receivedAt");
  return date;
}

function invalid(property: string): SetError {
  return new SetError("invalidProperties", { properties: [property] });
}
