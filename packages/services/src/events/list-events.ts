import { events } from "@crm/db";
import type { EventType, FeedEvent } from "@crm/schemas";
import { and, asc, eq, gt, inArray } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { visibleTypes } from "./event-types.ts";
import { canCatchUp, toFeedEvent } from "./read-events.ts";

export interface ListEventsInput {
  after?: string | undefined;
  types?: EventType[] | undefined;
  limit: number;
  /** As `after`, and before it: where the last page ended. */
  cursor?: string | undefined;
}

/**
 * What has happened since an event, the oldest first; without one, all that is kept.
 * @throws ServiceError EVENTS_EXPIRED when what followed is not all there any more, VALIDATION_ERROR, FORBIDDEN
 */
export async function listEvents(
  { db }: Dependencies,
  actor: Actor,
  { after = "", types, limit, cursor = after }: ListEventsInput,
): Promise<{ items: FeedEvent[]; nextCursor: string | null }> {
  const { organizationId, userId } = actor;
  const position = toPosition(cursor);
  const visible = visibleTypes(actor, types);
  if (!(await canCatchUp(db, actor, position))) throw new ServiceError("EVENTS_EXPIRED");
  const rows = await db
    .select({ sequence: events.sequence, type: events.type, data: events.data, occurredAt: events.occurredAt })
    .from(events)
    .where(
      and(
        eq(events.organizationId, organizationId),
        eq(events.userId, userId),
        gt(events.sequence, position),
        inArray(events.type, [...visible]),
      ),
    )
    .orderBy(asc(events.sequence))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(toFeedEvent);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

function toPosition(cursor: string): number {
  if (!/^\d{0,15}$/.test(cursor)) {
    const details = [{ path: "cursor", message: "must be a cursor of an earlier page" }];
    throw new ServiceError("VALIDATION_ERROR", { details });
  }
  return Number(cursor);
}
