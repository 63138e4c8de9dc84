import {
  blocklistEntries,
  contacts,
  correspondents,
  type Database,
  emails,
  emailThreads,
  mailboxMessages,
  mailSyncs,
  mirrorQueue,
  mirrorReleases,
} from "@crm/db";
import { type Email, getEmails, getMailboxes, type JmapClient, queryEmails } from "@crm/jmap";
import { expect } from "vitest";

const FIELDS = ["from", "to", "cc", "bcc"] as const;
const lower = (email: string | null | undefined) => (email ?? "").toLowerCase();
const peopleOf = (email: Email) =>
  new Set(FIELDS.flatMap((field) => (email[field] ?? []).map((entry) => lower(entry.email))));

/** The only mailbox of a database, seen by another mail program. */
export interface MirroredMailbox {
  database: { db: Database };
  client: JmapClient;
  mailbox: { username: string };
}

/**
 * Compares the mirror with what another client reads at the mail server, message by message, and everything counted
 * with what is counted here from scratch.
 */
export async function expectMirrorToEqualMailbox({
  database: { db },
  client,
  mailbox,
}: MirroredMailbox): Promise<void> {
  const excluded = new Set(
    (await getMailboxes(client)).list
      .filter(({ role }) => ["trash", "junk", "drafts"].includes(role ?? ""))
      .map(({ id }) => id),
  );
  const { ids } = await queryEmails(client, { limit: 100_000 });
  const { list } = await getEmails(client, {
    ids,
    properties: ["id", "threadId", "mailboxIds", "keywords", "receivedAt", "messageId", "subject", ...FIELDS],
  });
  const inScope = list.filter((email) => Object.keys(email.mailboxIds ?? {}).some((id) => !excluded.has(id)));

  const known = await db.select().from(contacts);
  const blocked = new Set((await db.select().from(blocklistEntries)).map(({ pattern }) => pattern));
  const isBlocked = (address: string) => blocked.has(address) || blocked.has(address.slice(address.lastIndexOf("@")));
  const addresses = new Map(
    known
      .map((contact): [string, string] => [lower(contact.email), contact.mergedIntoId ?? contact.id])
      .filter(([address]) => !isBlocked(address)),
  );
  const contactsOf = (email: Email) => [...peopleOf(email)].flatMap((address) => addresses.get(address) ?? []);
  const expected = inScope.filter((email) => contactsOf(email).length > 0);

  const index = await db.select({ jmapId: mailboxMessages.jmapId }).from(mailboxMessages);
  expect(index.map((row) => row.jmapId).sort()).toEqual(inScope.map((email) => email.id).sort());
  expect(await db.select().from(mirrorQueue)).toEqual([]);
  expect(await db.select().from(mirrorReleases)).toEqual([]);

  const stored = await db.select().from(emails);
  const toCompare = (email: Email) => ({
    jmapId: email.id,
    threadId: email.threadId,
    messageId: email.messageId?.[0] ?? null,
    subject: email.subject ?? "",
    isRead: email.keywords?.$seen === true,
    isFlagged: email.keywords?.$flagged === true,
    receivedAt: new Date(email.receivedAt ?? 0).toISOString(),
    people: [...peopleOf(email)].filter(Boolean).sort(),
    outbound: lower(email.from?.[0]?.email) === lower(mailbox.username),
  });
  const byJmapId = (one: { jmapId: string }, other: { jmapId: string }) => (one.jmapId < other.jmapId ? -1 : 1);
  expect(
    stored
      .map(({ jmapId, threadId, messageId, subject, isRead, isFlagged, receivedAt, outbound, ...row }) => ({
        ...{ jmapId, threadId, messageId, subject, isRead, isFlagged, receivedAt, outbound },
        people: [...new Set(FIELDS.flatMap((field) => row[field].map((entry) => lower(entry.email))))].sort(),
      }))
      .sort(byJmapId),
  ).toEqual(expected.map(toCompare).sort(byJmapId));

  const unread = expected.filter((email) => email.keywords?.$seen !== true).length;
  expect(await db.select({ unread: mailSyncs.unreadCount }).from(mailSyncs)).toEqual([{ unread }]);

  for (const contact of known) {
    const mail = expected.filter((email) => contactsOf(email).includes(contact.id)).map(toCompare);
    expect({
      id: contact.id,
      count: contact.emailCount,
      unread: contact.unreadCount,
      last: contact.lastEmailAt,
    }).toEqual({
      id: contact.id,
      count: mail.length,
      unread: mail.filter((email) => !email.isRead).length,
      last:
        mail
          .map((email) => email.receivedAt)
          .sort()
          .at(-1) ?? null,
    });
  }

  const threads = groupByThread(expected);
  const rows = await db.select().from(emailThreads);
  expect(
    rows
      .map((row) => [row.threadId, row.messageCount, row.unreadCount, row.lastEmailAt, [...row.contactIds].sort()])
      .sort(),
  ).toEqual(
    [...threads]
      .map(([threadId, mail]) => [
        threadId,
        mail.length,
        mail.filter((email) => email.keywords?.$seen !== true).length,
        mail
          .map((email) => toCompare(email).receivedAt)
          .sort()
          .at(-1),
        [...new Set(mail.flatMap(contactsOf))].sort(),
      ])
      .sort(),
  );

  const counted = new Map<string, number>();
  for (const email of inScope) {
    for (const address of peopleOf(email)) {
      if (address.includes("@") && address !== lower(mailbox.username))
        counted.set(address, (counted.get(address) ?? 0) + 1);
    }
  }
  const discovered = await db.select().from(correspondents);
  expect(discovered.map((row) => [row.address, row.emailCount]).sort()).toEqual([...counted].sort());
}

function groupByThread(list: readonly Email[]): Map<string | null | undefined, Email[]> {
  const groups = new Map<string | null | undefined, Email[]>();
  for (const email of list) groups.set(email.threadId, [...(groups.get(email.threadId) ?? []), email]);
  return groups;
}
