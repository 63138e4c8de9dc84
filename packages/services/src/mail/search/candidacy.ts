import { type SQL, sql } from "drizzle-orm";
import type { Tier, TieredSearch } from "./to-tiers.ts";

/** A message's place in the order of all mail, newest first. */
export interface Place {
  receivedAt: string;
  emailId: string;
}

/** What is looked for, and in whose mail. */
export interface Candidacy extends TieredSearch {
  organizationId: string;
  userId: string;
  contactId?: string | undefined;
  isRead?: boolean | undefined;
}

export const and = (condition: SQL | null): SQL => (condition === null ? sql`` : sql` AND ${condition}`);

/** Mail that is older than what stands at that place. */
export function olderThan(place: Place | null, id: "email_id" | "id" = "email_id"): SQL | null {
  if (place === null) return null;
  return sql`(received_at, ${sql.identifier(id)}) < (${place.receivedAt}::timestamptz, ${place.emailId}::uuid)`;
}

/** The filter on `$seen`, where the messages do not come from the list of the unread anyway. */
export function readCondition({ userId, isRead, contactId }: Candidacy, of: "newest" | "found" = "newest"): SQL | null {
  if (isRead === undefined || (isRead === false && contactId === undefined && of === "newest")) return null;
  const message = sql.identifier(of);
  const isIt = sql`e.organization_id = ${message}.organization_id AND e.id = ${message}.email_id`;
  if (isRead) return sql`(SELECT e.is_read FROM emails e WHERE ${isIt})`;
  // The index of the unread alone tells.
  return sql`(SELECT true FROM emails e
    WHERE ${isIt} AND e.user_id = ${userId} AND e.received_at = ${message}.received_at AND NOT e.is_read)`;
}

export type PlaceRow = { email_id: string; received_at: string };
export const toPlace = ({ email_id, received_at }: PlaceRow): Place => ({
  emailId: email_id,
  receivedAt: new Date(received_at).toISOString(),
});

/** A document out of line is read anew for each question put to it; one in an array has been read. */
export const read = (document: SQL): SQL => sql`(ARRAY[${document}])[1] AS document`;

/** The last tier of those whose hits have a word in the subject or the people. */
export const lastOfHead = ({ tiers }: Candidacy): (Tier & { level: string }) | undefined =>
  tiers.findLast((tier): tier is Tier & { level: string } => tier.holdsBetter && tier.level !== null);

/** The number of the tier that a document is in; null for no hit. */
export function tierOf(candidacy: Candidacy): SQL {
  const { any, tiers } = candidacy;
  const firstOf = (some: readonly Tier[]) => {
    const cases = some.map(({ level, number }) => {
      const isMet = level === null ? sql`true` : sql`document @@ ${level}::tsquery`;
      return sql`WHEN ${isMet} THEN ${sql.raw(`${number}`)}`;
    });
    return sql`CASE ${sql.join(cases, sql` `)} END`;
  };
  const head = lastOfHead(candidacy);
  // Most hits have the words in their text alone, which one question tells.
  const tier = head
    ? sql`CASE WHEN document @@ ${head.level}::tsquery THEN ${firstOf(tiers.slice(0, head.number + 1))}
        ELSE ${firstOf(tiers.slice(head.number + 1))} END`
    : firstOf(tiers);
  return sql`CASE WHEN document @@ ${any.match}::tsquery THEN ${tier} END`;
}
