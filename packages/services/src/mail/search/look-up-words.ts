import type { Database } from "@crm/db";
import { type SQL, sql } from "drizzle-orm";
import {
  and,
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

/** The same for the hits of every tier, with the number of each one's; null where there are more than `limit`. */
export async function lookUpAll(
  db: Database,
  candidacy: Candidacy,
  parts: readonly string[],
  { below, limit }: Range,
): Promise<(Place & { tier: number | null })[] | null> {
  const found = newestHits(candidacy, candidacy.any, parts, { below, limit: limit + 1 });
  // No document is read where there are too many.
  const { rows } = await db.execute<PlaceRow & { tier: number | null }>(sql`
    WITH found AS MATERIALIZED (${found})
    SELECT email_id, received_at,
           CASE WHEN (SELECT count(*) FROM found) <= ${limit} THEN (SELECT ${tierOf(candidacy)} FROM (
             SELECT ${read(sql`s.document`)} FROM email_search s
             WHERE s.organization_id = ${candidacy.organizationId} AND s.email_id = found.email_id OFFSET 0) d) END AS tier
    FROM found ORDER BY received_at DESC, email_id DESC`);
  return rows.length > limit ? null : rows.map(({ tier, ...row }) => ({ ...toPlace(row), tier }));
}

function newestHits(
  candidacy: Candidacy,
  { match }: DocumentQuery,
  parts: readonly string[],
  { below, since = null, before = null, limit }: Range,
): SQL {
  const { organizationId, userId, contactId } = candidacy;
  const lookedUp = parts.length > 0 ? parts.join(" & ") : match;
  const day = sql`(received_at AT TIME ZONE 'UTC')::date`;
  const isOfDays = since !== null || before !== null;
  // As a function, @@ does not ask the index: it would collect every word that begins with an a.
  const isMatch = sql`ts_match_vq((SELECT s.document FROM email_search s
    WHERE s.organization_id = found.organization_id AND s.email_id = found.email_id), ${match}::tsquery)`;
  const isContacts = sql`EXISTS (SELECT FROM email_contacts l WHERE l.organization_id = found.organization_id
    AND l.contact_id = ${contactId} AND l.email_id = found.email_id)`;
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
    WHERE organization_id = ${organizationId}${and(contactId === undefined ? null : isContacts)}
      ${and(readCondition(candidacy, "found"))}${and(lookedUp === match ? null : isMatch)}
    ORDER BY received_at DESC, email_id DESC LIMIT ${limit}`;
}
