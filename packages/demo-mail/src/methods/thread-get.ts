import type { Method } from "../protocol/method.ts";
import { standardChanges } from "./standard-changes.ts";
import { standardGet } from "./standard-get.ts";

/** Thread/get, RFC 8621 §3.1: emails oldest first. */
export const threadGet: Method = (context, args) => {
  const { account } = context;
  return standardGet(context, args, {
    state: account.state("Thread"),
    all: () => account.threads.keys(),
    find: (id) => {
      const emailIds = account.threads.get(id);
      return emailIds ? { id, emailIds } : null;
    },
    properties: ["id", "emailIds"],
  });
};

/** Thread/changes, RFC 8621 §3.2. */
export const threadChanges: Method = (context, args) => standardChanges(context, args, "Thread");
