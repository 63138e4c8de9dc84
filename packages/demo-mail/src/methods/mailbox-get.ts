import type { Mailbox } from "jmap-rfc-types/jmap-mail";
import type { Method } from "../protocol/method.ts";
import type { Account } from "../store/account.ts";
import type { StoredMailbox } from "../store/mailbox.ts";
import { standardGet } from "./standard-get.ts";

const PROPERTIES = [
  "id",
  "name",
  "parentId",
  "role",
  "sortOrder",
  "totalEmails",
  "unreadEmails",
  "totalThreads",
  "unreadThreads",
  "myRights",
  "isSubscribed",
] as const satisfies readonly (keyof Mailbox)[];

const ALL_RIGHTS: Mailbox["myRights"] = {
  mayReadItems: true,
  mayAddItems: true,
  mayRemoveItems: true,
  maySetSeen: true,
  maySetKeywords: true,
  mayCreateChild: true,
  mayRename: true,
  mayDelete: true,
  maySubmit: true,
};

/** Mailbox/get, RFC 8621 §2.1. */
export const mailboxGet: Method = (context, args) => {
  const { account } = context;
  const counts = countAll(account);
  return standardGet(context, args, {
    state: account.state("Mailbox"),
    all: () => account.mailboxes.keys(),
    find: (id) => {
      const mailbox = account.mailboxes.get(id);
      return mailbox ? view(mailbox, counts.get(id)) : null;
    },
    properties: PROPERTIES,
  });
};

interface Counts {
  totalEmails: number;
  unreadEmails: number;
  threads: Set<string>;
  unreadThreads: Set<string>;
}

function view(mailbox: StoredMailbox, counts: Counts | undefined) {
  return {
    ...mailbox,
    totalEmails: counts?.totalEmails ?? 0,
    unreadEmails: counts?.unreadEmails ?? 0,
    totalThreads: counts?.threads.size ?? 0,
    unreadThreads: counts?.unreadThreads.size ?? 0,
    myRights: mailbox.role === "inbox" ? { ...ALL_RIGHTS, mayDelete: false } : ALL_RIGHTS,
  };
}

function countAll(account: Account): Map<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const email of account.emails.values()) {
    const isUnread = !email.keywords.has("$seen") && !email.keywords.has("$draft");
    for (const mailboxId of email.mailboxIds) {
      let count = counts.get(mailboxId);
      if (!count) {
        count = { totalEmails: 0, unreadEmails: 0, threads: new Set(), unreadThreads: new Set() };
        counts.set(mailboxId, count);
      }
      count.totalEmails += 1;
      count.threads.add(email.threadId);
      if (isUnread) {
        count.unreadEmails += 1;
        count.unreadThreads.add(email.threadId);
      }
    }
  }
  return counts;
}
