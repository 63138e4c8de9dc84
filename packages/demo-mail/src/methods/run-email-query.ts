import { text } from "../protocol/arguments.ts";
import type { Account } from "../store/account.ts";
import type { StoredEmail } from "../store/stored-email.ts";
import { compileSort } from "./compare-by.ts";
import { compileEmailCondition } from "./email-filter.ts";
import { compileFilter } from "./match-filter.ts";

export const EMAIL_SORT_OPTIONS = ["receivedAt", "sentAt", "size", "from", "to", "subject", "hasKeyword"];

/** All ids that a query finds, in order (RFC 8621 §4.4); with `collapseThreads` the first of each thread only. */
export function runEmailQuery(
  account: Account,
  query: { filter: unknown; sort: unknown; collapseThreads: boolean },
): string[] {
  const matches = compileFilter(query.filter, compileEmailCondition(account));
  const order =
    compileSort<StoredEmail>(query.sort, sortKey) ?? ((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime());
  const found = [...account.emails.values()].filter(matches).sort((a, b) => order(a, b) || (a.id < b.id ? -1 : 1));
  if (!query.collapseThreads) return found.map((email) => email.id);
  const seen = new Set<string>();
  return found.filter((email) => !seen.has(email.threadId) && seen.add(email.threadId)).map((email) => email.id);
}

function sortKey(
  property: string,
  comparator: Record<string, unknown>,
): ((email: StoredEmail) => string | number | boolean) | null {
  if (property === "hasKeyword") {
    const keyword = text(comparator.keyword, "keyword").toLowerCase();
    return (email) => email.keywords.has(keyword);
  }
  return (Object.hasOwn(SORT_KEYS, property) && SORT_KEYS[property]) || null;
}

const SORT_KEYS: Readonly<Record<string, (email: StoredEmail) => string | number>> = {
  receivedAt: (email) => email.receivedAt.getTime(),
  sentAt: (email) => Date.parse(email.sentAt ?? "") || email.receivedAt.getTime(),
  size: (email) => email.size,
  from: (email) => firstAddress(email, "From"),
  to: (email) => firstAddress(email, "To"),
  // RFC 8621 §4.4.2: the base subject, without Re: and Fwd:.
  subject: (email) => (email.subject ?? "").replace(/^((re|fwd?|aw|odp)(\[\d+\])?:\s*)+/i, "").toLowerCase(),
};

function firstAddress(email: StoredEmail, header: string): string {
  const first = email.addresses(header)?.[0];
  return (first?.name ?? first?.email ?? "").toLowerCase();
}
