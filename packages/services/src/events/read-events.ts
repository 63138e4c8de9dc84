import { type Database, events } from "@crm/db";
import type { FeedEvent } from "@crm/schemas";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { FeedOwner } from "./wake-followers.ts";

/** How long what happened can be caught up with, in days. It is kept for one more, so that nothing of it is missing. */
export const CATCH_UP_DAYS = 30;

/** What follows in a user's feed, in order. */
export async function readEvents(
  db: Database,
  { organizationId, userId }: FeedOwner,
  after: number,
  limit: number,
): Promise<FeedEvent[]> {
  const rows = await feedQuery(db).execute({ organizationId, userId, after, limit });
  return rows.map(toFeedEvent);
}

/** Written by `emitEvents`, which knows what goes with which type. */
export const toFeedEvent = ({ sequence, ...row }: Omit<typeof events.$inferSelect, "organizationId" | "userId">) =>
  ({ id: String(sequence), ...row }) as FeedEvent;

/** Where a user's feed ends; 0 before anything has happened. */
export async function latestPosition(db: Database, { organizationId, userId }: FeedOwner): Promise<number> {
  const [row] = await db
    .select({ latest: sql<string | null>`max(${events.sequence})` })
    .from(events)
    .where(and(eq(events.organizationId, organizationId), eq(events.userId, userId)));
  return Number(row?.latest ?? 0);
}

/**
 * Whether everything after this event is still there. Where nobody knows the event any more, something that followed
 * may be gone with it; from 0 on there is whatever is kept.
 */
export async function canCatchUp(db: Database, { organizationId, userId }: FeedOwner, after: number): Promise<boolean> {
  if (after === 0) return true;
  const [row] = await db
    .select({ isRecent: sql<boolean>`${events.occurredAt} > now() - ${`${CATCH_UP_DAYS} days`}::interval` })
    .from(events)
    .where(and(eq(events.organizationId, organizationId), eq(events.userId, userId), eq(events.sequence, after)));
  return row?.isRecent ?? false;
}

const prepareFeedQuery = (db: Database) =>
  db
    .select({ sequence: events.sequence, type: events.type, data: events.data, occurredAt: events.occurredAt })
    .from(events)
    .where(
      and(
        eq(events.organizationId, sql.placeholder("organizationId")),
        eq(events.userId, sql.placeholder("userId")),
        gt(events.sequence, sql.placeholder("after")),
      ),
    )
    .orderBy(asc(events.sequence))
    .limit(sql.placeholder("limit"))
    .prepare("read_events");

const prepared = new WeakMap<Database, ReturnType<typeof prepareFeedQuery>>();

function feedQuery(db: Database) {
  const query = prepared.get(db) ?? prepareFeedQuery(db);
  prepared.set(db, query);
  return query;
}
