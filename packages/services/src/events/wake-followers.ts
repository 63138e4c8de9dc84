import type { Database, Transaction } from "@crm/db";
import { sql } from "drizzle-orm";

/** The channel on which every process hears that something is new for a user. */
export const FEED_CHANNEL = "crm_feed";

export interface FeedOwner {
  organizationId: string;
  userId: string;
}

/** How a user is named on the channel. */
export const feedKey = ({ organizationId, userId }: FeedOwner): string => `${organizationId}/${userId}`;

/**
 * Wakes the user's live streams in every process, with the transaction's commit: there is something to read, or their
 * right to read may be over. Each looks for itself which it is.
 */
export async function wakeFollowers(tx: Database | Transaction, owner: FeedOwner): Promise<void> {
  await tx.execute(sql`SELECT pg_notify(${FEED_CHANNEL}, ${feedKey(owner)})`);
}
