import { type SQL, sql } from "drizzle-orm";
import type { Tier } from "./to-tiers.ts";

/** A message's place in the order of all mail, newest first. */
export interface Place {
  receivedAt: string;
  emailId: string;
}

/** What is looked for, and in whose mail. */
export interface Candidacy {
  organizationId: string;
  userId: string;
  contactId?: string | undefined;
  isRead?: boolean | undefined;
  tiers: readonly Tier[];
}

export const and = (condition: SQL | null): SQL => (condition === null ? sql`` : sql` AND ${condition}`);

/** Mail that is older than what stands at that place. */
export function olderThan(place: Place | null, id: "email_id" | "id" = "email_id"): SQL | null {
  if (place === null) return null;
  return sql`(received_at, ${sql.identifier(id)}) < (${place.receivedAt}::timestamptz, ${place.emailId}::uuid)`;
}

/** The filter on `$seen`, where the messages do not come from the list of the unread anyway. */
export function readCondition({ isRead, contactId }: Candidacy, of: "newest" | "found" = "newest"): SQL | null {
  if (isRead === undefined || (isRead === false && contactId === undefined && of === "newest")) return null;
  return sql`(SELECT e.is_read FROM emails e WHERE e.organization_id = ${sql.identifier(of)}.organization_id
                AND e.id = ${sql.identifier(of)}.email_id) = ${isRead}`;
}

export type PlaceRow = { email_id: string; received_at: string };
export const toPlace = ({ email_id, received_at }: PlaceRow): Place => ({
  emailId: email_id,
  receivedAt: new Date(received_at).toISOString(),
});
