import { boolean, id, or, positive, readArguments, text } from "../protocol/arguments.ts";
import { MethodError } from "../protocol/errors.ts";
import type { Method } from "../protocol/method.ts";
import { pageArguments, pageOf } from "./page-of.ts";
import { runEmailQuery } from "./run-email-query.ts";

/** Takes a value as it comes: its shape is checked where it is compiled. */
const anything = (value: unknown): unknown => value;
const queryArguments = { filter: anything, sort: anything, collapseThreads: or(boolean, false) };

/** Email/query, RFC 8621 §4.4. */
export const emailQuery: Method = (context, args) => {
  const { account } = context;
  const query = readArguments(args, { ...pageArguments, ...queryArguments });
  return {
    accountId: account.id,
    queryState: account.state("Email"),
    canCalculateChanges: true,
    ...pageOf(runEmailQuery(account, query), query),
  };
};

/**
 * Email/queryChanges, RFC 8621 §4.5. Every email of a thread in which something happened is named as removed, and as added
 * where it now stands: more than needed at times, as RFC 8620 §5.6 allows, and right for collapsed threads too.
 */
export const emailQueryChanges: Method = (context, args) => {
  const { account } = context;
  const query = readArguments(args, {
    ...queryArguments,
    sinceQueryState: text,
    maxChanges: or(positive, null),
    upToId: or(id, null),
    calculateTotal: or(boolean, false),
  });
  const touched = account.changes.threadsTouchedSince(query.sinceQueryState);
  if (!touched) throw new MethodError("cannotCalculateChanges");
  const results = runEmailQuery(account, query);
  const isTouched = (emailId: string): boolean => touched.has(account.emails.get(emailId)?.threadId ?? "");
  const removed = [
    ...account.changes.destroyedSince(query.sinceQueryState),
    ...[...touched].flatMap((threadId) => account.threads.get(threadId) ?? []),
  ];
  const added = results.map((emailId, index) => ({ id: emailId, index })).filter((item) => isTouched(item.id));
  if (query.maxChanges !== null && removed.length + added.length > query.maxChanges)
    throw new MethodError("tooManyChanges");
  return {
    accountId: account.id,
    oldQueryState: query.sinceQueryState,
    newQueryState: account.state("Email"),
    removed,
    added,
    ...(query.calculateTotal ? { total: results.length } : {}),
  };
};
