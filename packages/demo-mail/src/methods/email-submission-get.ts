import type { Method } from "../protocol/method.ts";
import { standardChanges } from "./standard-changes.ts";
import { standardGet } from "./standard-get.ts";

/** EmailSubmission/get, RFC 8621 §7.1. */
export const emailSubmissionGet: Method = (context, args) => {
  const { account } = context;
  return standardGet(context, args, {
    state: account.state("EmailSubmission"),
    all: () => account.submissions.keys(),
    find: (id) => {
      const submission = account.submissions.get(id);
      return submission ? { ...submission, undoStatus: "final", dsnBlobIds: [], mdnBlobIds: [] } : null;
    },
    properties: [
      "id",
      "identityId",
      "emailId",
      "threadId",
      "envelope",
      "sendAt",
      "undoStatus",
      "deliveryStatus",
      "dsnBlobIds",
      "mdnBlobIds",
    ],
  });
};

/** EmailSubmission/changes, RFC 8621 §7.2. */
export const emailSubmissionChanges: Method = (context, args) => standardChanges(context, args, "EmailSubmission");
