import { CORE, MAIL, SUBMISSION } from "../methods/methods.ts";
import { EMAIL_SORT_OPTIONS } from "../methods/run-email-query.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Account } from "../store/account.ts";
import { stableId } from "../store/ids.ts";

/** The session resource of an account, RFC 8620 §2. */
export function sessionOf(account: Account, { maxSizeAttachmentsPerEmail, ...core }: Limits, origin: string) {
  const mail = {
    maxMailboxesPerEmail: null,
    maxMailboxDepth: null,
    maxSizeMailboxName: 255,
    maxSizeAttachmentsPerEmail,
    emailQuerySortOptions: EMAIL_SORT_OPTIONS,
    mayCreateTopLevelMailbox: true,
  };
  return {
    capabilities: {
      [CORE]: { ...core, collationAlgorithms: ["i;unicode-casemap"] },
      [MAIL]: {},
      [SUBMISSION]: {},
    },
    accounts: {
      [account.id]: {
        name: account.username,
        isPersonal: true,
        isReadOnly: false,
        accountCapabilities: {
          [CORE]: {},
          [MAIL]: mail,
          [SUBMISSION]: { maxDelayedSend: 0, submissionExtensions: {} },
        },
      },
    },
    primaryAccounts: { [CORE]: account.id, [MAIL]: account.id, [SUBMISSION]: account.id },
    username: account.username,
    apiUrl: `${origin}/jmap/api`,
    downloadUrl: `${origin}/jmap/download/{accountId}/{blobId}/{name}?type={type}`,
    uploadUrl: `${origin}/jmap/upload/{accountId}/`,
    eventSourceUrl: `${origin}/jmap/events?types={types}&closeafter={closeafter}&ping={ping}`,
    state: sessionStateOf(account),
  };
}

/** Nothing in a session ever changes while the server runs. */
export function sessionStateOf(account: Account): string {
  return stableId("session", account.id);
}
