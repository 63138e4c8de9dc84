import { contacts, mailAccounts, mailboxMessages, mailboxPeople, mirrorQueue, type Transaction } from "@crm/db";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Envelope } from "./envelope.ts";
import type { AccountKey } from "./lease.ts";

export interface StoreEnvelopesOptions {
  indexRun: number;
  /** New mail rather than a first look at old mail. */
  isNews: boolean;
}

/** Writes messages into the index, and those of contacts into the queue for their bodies. */
export async function storeEnvelopes(
  tx: Transaction,
  account: AccountKey,
  envelopes: readonly Envelope[],
  { indexRun, isNews }: StoreEnvelopesOptions,
): Promise<void> {
  if (envelopes.length === 0) return;
  await tx
    .insert(mailboxMessages)
    .values(envelopes.map(({ people: _, ...message }) => ({ ...account, ...message, indexRun })))
    .onConflictDoUpdate({
      target: [mailboxMessages.organizationId, mailboxMessages.mailAccountId, mailboxMessages.jmapId],
      set: {
        threadId: sql`excluded.thread_id`,
        isRead: sql`excluded.is_read`,
        isFlagged: sql`excluded.is_flagged`,
        indexRun: sql`excluded.index_run`,
      },
    });
  const people = envelopes.flatMap(({ jmapId, people }) => people.map((person) => ({ ...account, jmapId, ...person })));
  if (people.length > 0) await tx.insert(mailboxPeople).values(people).onConflictDoNothing();
  await queueForMirror(tx, account, envelopes.map(({ jmapId }) => jmapId), isNews);
}

/** Queues those of the messages that name a contact and are not mirrored yet. */
async function queueForMirror(
  tx: Transaction,
  account: AccountKey,
  jmapIds: readonly string[],
  isNews: boolean,
): Promise<void> {
  const { organizationId, mailAccountId } = account;
  await tx
    .insert(mirrorQueue)
    .select(
      tx
        .selectDistinct({
          organizationId: mailboxMessages.organizationId,
          mailAccountId: mailboxMessages.mailAccountId,
          jmapId: mailboxMessages.jmapId,
          receivedAt: mailboxMessages.receivedAt,
          isNews: sql<boolean>`${isNews}::boolean`.as("is_news"),
        })
        .from(mailboxMessages)
        .innerJoin(
          mailboxPeople,
          and(
            eq(mailboxPeople.organizationId, mailboxMessages.organizationId),
            eq(mailboxPeople.mailAccountId, mailboxMessages.mailAccountId),
            eq(mailboxPeople.jmapId, mailboxMessages.jmapId),
          ),
        )
        .innerJoin(
          mailAccounts,
          and(eq(mailAccounts.organizationId, organizationId), eq(mailAccounts.id, mailAccountId)),
        )
        .innerJoin(
          contacts,
          and(
            eq(contacts.organizationId, organizationId),
            eq(contacts.userId, mailAccounts.userId),
            eq(sql`lower(${contacts.email})`, mailboxPeople.address),
          ),
        )
        .where(
          and(
            eq(mailboxMessages.organizationId, organizationId),
            eq(mailboxMessages.mailAccountId, mailAccountId),
            inArray(mailboxMessages.jmapId, [...jmapIds]),
            sql`NOT EXISTS (SELECT FROM emails e WHERE e.organization_id = ${organizationId} AND e.mail_account_id = ${mailAccountId} AND e.jmap_id = ${mailboxMessages.jmapId})`,
          ),
        ),
    )
    .onConflictDoNothing();
}
