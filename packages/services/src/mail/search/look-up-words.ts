import type { Database } from "@crm/db";
import { type SQL, sql } from "drizzle-orm";
import {
  and,
  byPlace,
  type Candidacy,
  olderThan,
  type Place,
  type PlaceRow,
  read,
  readCondition,
  tierOf,
  toPlace,
} from "./candidacy.ts";
import type { DocumentQuery } from "./to-tiers.ts";

/** Which hits, and of which days: from `since` up to, and without, `before`. */
interface Range {
  below: Place | null;
  since?: string | null;
  before?: string | null;
  limit: number;
}

/** Finds the newest hits through the index of the words, which is asked for these parts of the query alone. */
export async function lookUpWords(
  db: Database,
  candidacy: Candidacy,
  query: DocumentQuery,
  parts: readonly string[],
  range: Range,
): Promise<Place[]> {
  const { rows } = await db.execute<PlaceRow>(newestHits(candidacy, query, parts, range));
  return rows.map(toPlace);
}

/** All hits, the newest first, with the number of each one's tier; null where there are more than `limit`. */
export async function lookUpAll(
  db: Database,
  candidacy: Candidacy,
  parts: readonly string[],
  { below, limit }: Range,
): Promise<(Place & { tier: number })[] | null> {
  const { organizationId, userId } = candidacy;
  const { rows } = await db.execute<PlaceRow & { tier: number }>(sql`
    SELECT email_id, received_at, tier FROM (
      SELECT organization_id, email_id, received_at,
             (SELECT ${tierOf(candidacy)} FROM (SELECT ${read(sql`s.document`)} OFFSET 0) d) AS tier
      FROM email_search s
      WHERE user_id = ${userId} AND document @@ ${parts.join(" & ")}::tsquery${and(olderThan(below))} OFFSET 0
    ) found
    WHERE organization_id = ${organizationId} AND tier IS NOT NULL${and(contactCondition(candidacy))}
      ${and(readCondition(candidacy, "found"))}
    LIMIT ${limit + 1}`);
  if (rows.length > limit) return null;
  return rows.map(({ tier, ...row }) => ({ ...toPlace(row), tier })).sort(byPlace);
}

function newestHits(
  candidacy: Candidacy,
  { match }: DocumentQuery,
  parts: readonly string[],
  { below, since = null, before = null, limit }: Range,
): SQL {
  const { organizationId, userId } = candidacy;
  const lookedUp = parts.length > 0 ? parts.join(" & ") : match;
  const day = sql`(received_at AT TIME ZONE 'UTC')::date`;
  const isOfDays = since !== null || before !== null;
  // As a function, @@ does not ask the index: it would collect every word that begins with an a.
  const isMatch = sql`ts_match_vq((SELECT s.document FROM email_search s
    WHERE s.organization_id = found.organization_id AND s.email_id = found.email_id), ${match}::tsquery)`;
  // What the index cannot tell is asked from the newest on, until there are enough. The organization stands outside,
  // lest a planner without statistics reads all of one's mail by the index that begins with it.
  return sql`
    SELECT email_id, received_at FROM (
      SELECT organization_id, email_id, received_at FROM email_search
      WHERE user_id = ${userId} AND document @@ ${lookedUp}::tsquery
        ${and(since === null ? null : sql`${day} >= ${since}::date`)}
        ${and(before === null ? null : sql`${day} < ${before}::date`)}
        ${and(below === null || !isOfDays ? null : sql`${day} <= ${below.receivedAt.slice(0, 10)}::date`)}
        ${and(olderThan(below))}
      ORDER BY received_at DESC, email_id DESC OFFSET 0
    ) found
    WHERE organization_id = ${organizationId}${and(contactCondition(candidacy))}
      ${and(readCondition(candidacy, "found"))}${and(lookedUp === match ? null : isMatch)}
    ORDER BY received_at DESC, email_id DESC LIMIT ${limit}`;
}

const contactCondition = ({ contactId }: Candidacy): SQL | null =>
  contactId === undefined
    ? null
    : sql`EXISTS (SELECT FROM email_contacts l WHERE l.organization_id = found.organization_id
            AND l.contact_id = ${contactId} AND l.email_id = found.email_id)`;
