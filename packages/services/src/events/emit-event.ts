import { events, type Transaction } from "@crm/db";
import type { EventData, EventType } from "@crm/schemas";
import { sql } from "drizzle-orm";
import { type FeedOwner, wakeFollowers } from "./wake-followers.ts";

export type NewEvent = { [Type in EventType]: { type: Type; data: EventData<Type> } }[EventType];

/**
 * Appends to a user's live feed and wakes those who follow it, with the transaction's commit.
 * The lock makes one user's sequence rise in commit order: a reader that has seen 7 will never be shown a late 6.
 * Call it last in a transaction, so that the lock is held briefly.
 */
export async function emitEvents(tx: Transaction, owner: FeedOwner, news: readonly NewEvent[]): Promise<void> {
  if (news.length === 0) return;
  const { organizationId, userId } = owner;
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`events:${userId}`}, 0))`);
  await tx.insert(events).values(news.map(({ type, data }) => ({ organizationId, userId, type, data })));
  await wakeFollowers(tx, owner);
}
