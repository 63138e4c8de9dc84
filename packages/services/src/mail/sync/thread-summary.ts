import type { MailAddress } from "@crm/schemas";

/** People shown of a thread; the rest of a crowd adds nothing. */
const MAX_PARTICIPANTS = 50;

/** What a thread's row says of its mail. */
export interface ThreadSummary {
  threadId: string;
  /** Of the first message. */
  subject: string;
  /** Of the last message. */
  preview: string;
  /** Each address once, in the order in which they came in. */
  participants: MailAddress[];
  contactIds: string[];
  messageCount: number;
  unreadCount: number;
  firstEmailAt: string;
  lastEmailAt: string;
}

/** What of a message a thread's row is made of. */
export interface ThreadedMail {
  row: {
    threadId: string;
    subject: string;
    preview: string;
    from: readonly MailAddress[];
    to: readonly MailAddress[];
    cc: readonly MailAddress[];
    isRead: boolean;
    receivedAt: string;
  };
  contactIds: readonly string[];
}

/** Sums messages up by thread. */
export function sumUp(mail: Iterable<ThreadedMail>): ThreadSummary[] {
  const threads = new Map<string, ThreadSummary>();
  for (const one of mail) {
    const summary = ofOne(one);
    const before = threads.get(summary.threadId);
    threads.set(summary.threadId, before ? mergeSummaries(before, summary) : summary);
  }
  return [...threads.values()];
}

const ofOne = ({ row, contactIds }: ThreadedMail): ThreadSummary => ({
  threadId: row.threadId,
  subject: row.subject,
  preview: row.preview,
  participants: distinct([...row.from, ...row.to, ...row.cc]),
  contactIds: [...contactIds],
  messageCount: 1,
  unreadCount: row.isRead ? 0 : 1,
  firstEmailAt: row.receivedAt,
  lastEmailAt: row.receivedAt,
});

/** Two parts of one thread as one; of messages of the same moment, those of `one` go first. */
export function mergeSummaries(one: ThreadSummary, other: ThreadSummary): ThreadSummary {
  const [first, second] = other.firstEmailAt < one.firstEmailAt ? [other, one] : [one, other];
  const last = other.lastEmailAt >= one.lastEmailAt ? other : one;
  return {
    threadId: one.threadId,
    subject: first.subject,
    preview: last.preview,
    participants: distinct([...first.participants, ...second.participants]),
    contactIds: [...new Set([...one.contactIds, ...other.contactIds])],
    messageCount: one.messageCount + other.messageCount,
    unreadCount: one.unreadCount + other.unreadCount,
    firstEmailAt: first.firstEmailAt,
    lastEmailAt: last.lastEmailAt,
  };
}

function distinct(people: readonly MailAddress[]): MailAddress[] {
  const byAddress = new Map<string, MailAddress>();
  for (const person of people) {
    const address = person.email.toLowerCase();
    if (!byAddress.has(address)) byAddress.set(address, person);
    if (byAddress.size === MAX_PARTICIPANTS) break;
  }
  return [...byAddress.values()];
}
