import { events, type Transaction } from "@crm/db";
import type { EventType } from "@crm/schemas";
import { sql } from "drizzle-orm";

/** The channel on which every process hears that a user's feed has grown. */
const EVENTS_CHANNEL = "crm_events";

interface EventOwner {
  organizationId: string;
  userId: string;
}

/**
 * Appends to a user's live feed and wakes the listeners, with the transaction's commit.
 * The lock makes one user's sequence rise in commit order: a reader that has seen 7 will never be shown a late 6.
 * Call it last in a transaction, so that the lock is held briefly.
 */
export async function emitEvents(
  tx: Transaction,
  owner: EventOwner,
  news: readonly { type: EventType; data: unknown }[],
): Promise<void> {
  if (news.length === 0) return;
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`events:${owner.userId}`}, 0))`);
  await tx
    .insert(events)
    .values(news.map(({ type, data }) => ({ organizationId: owner.organizationId, userId: owner.userId, type, data })));
  await tx.execute(sql`SELECT pg_notify(${EVENTS_CHANNEL}, ${`${owner.organizationId}/${owner.userId}`})`);
}
