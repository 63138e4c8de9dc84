import { boolean, or, readArguments } from "../protocol/arguments.ts";
import { MethodError } from "../protocol/errors.ts";
import type { Method } from "../protocol/method.ts";
import type { Account } from "../store/account.ts";
import type { StoredMailbox } from "../store/mailbox.ts";
import { compileSort } from "./compare-by.ts";
import { compileFilter } from "./match-filter.ts";
import { pageArguments, pageOf } from "./page-of.ts";

/** Takes a value as it comes: its shape is checked where it is compiled. */
const anything = (value: unknown): unknown => value;

/** Mailbox/query, RFC 8621 §2.3. */
export const mailboxQuery: Method = (context, args) => {
  const page = readArguments(args, {
    ...pageArguments,
    filter: anything,
    sort: anything,
    sortAsTree: or(boolean, false),
    filterAsTree: or(boolean, false),
  });
  const { account } = context;
  const matches = compileFilter(page.filter, compileCondition);
  const order = compileSort<StoredMailbox>(page.sort, sortKey) ?? ((a, b) => a.sortOrder - b.sortOrder);
  const sorted = [...account.mailboxes.values()].sort(order);
  let found = (page.sortAsTree ? asTree(sorted, null) : sorted).filter(matches);
  if (page.filterAsTree) found = found.filter((mailbox) => ancestorsOf(account, mailbox).every(matches));
  return {
    accountId: account.id,
    queryState: account.state("Mailbox"),
    canCalculateChanges: false,
    ...pageOf(
      found.map((mailbox) => mailbox.id),
      page,
    ),
  };
};

/** Mailbox/queryChanges: lists of mailboxes are short, asking again costs nothing (RFC 8620 §5.6 allows it). */
export const mailboxQueryChanges: Method = () => {
  throw new MethodError("cannotCalculateChanges");
};

function compileCondition(condition: Record<string, unknown>): (mailbox: StoredMailbox) => boolean {
  const tests = Object.entries(condition).map(([key, value]): ((mailbox: StoredMailbox) => boolean) => {
    if (key === "parentId" || key === "role") return (mailbox) => mailbox[key] === value;
    if (key === "name") return (mailbox) => mailbox.name.toLowerCase().includes(String(value).toLowerCase());
    if (key === "hasAnyRole") return (mailbox) => (mailbox.role !== null) === value;
    if (key === "isSubscribed") return (mailbox) => mailbox.isSubscribed === value;
    throw new MethodError("unsupportedFilter", `Cannot filter by ${key}`);
  });
  return (mailbox) => tests.every((test) => test(mailbox));
}

function sortKey(property: string): ((mailbox: StoredMailbox) => string | number) | null {
  if (property === "sortOrder") return (mailbox) => mailbox.sortOrder;
  if (property === "name") return (mailbox) => mailbox.name.toLowerCase();
  return null;
}

function asTree(mailboxes: readonly StoredMailbox[], parentId: string | null): StoredMailbox[] {
  return mailboxes
    .filter((mailbox) => mailbox.parentId === parentId)
    .flatMap((mailbox) => [mailbox, ...asTree(mailboxes, mailbox.id)]);
}

function ancestorsOf(account: Account, mailbox: StoredMailbox): StoredMailbox[] {
  const parent = mailbox.parentId === null ? undefined : account.mailboxes.get(mailbox.parentId);
  return parent ? [parent, ...ancestorsOf(account, parent)] : [];
}
