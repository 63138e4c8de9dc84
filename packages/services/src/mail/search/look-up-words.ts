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

/** Finds the newest hits through the index of the words, which is asked for these parts of the query alone. */
export async function lookUpWords(
  db: Database,
  candidacy: Candidacy,
  { match }: DocumentQuery,
  parts: readonly string[],
  { below, limit }: { below: Place | null; limit: number },
): Promise<Place[]> {
  const { organizationId, userId } = candidacy;
  const lookedUp = parts.length > 0 ? parts.join(" & ") : match;
  // As a function, @@ does not ask the index: it would collect every word that begins with an a.
  const isMatch = sql`ts_match_vq((SELECT s.document FROM email_search s
    WHERE s.organization_id = found.organization_id AND s.email_id = found.email_id), ${match}::tsquery)`;
  // What the index cannot tell is asked from the newest on, until there are enough. The organization stands outside,
  // lest a planner without statistics reads all of one's mail by the index that begins with it.
  const { rows } = await db.execute<PlaceRow>(sql`
    SELECT email_id, received_at FROM (
      SELECT organization_id, email_id, received_at FROM email_search
      WHERE user_id = ${userId} AND document @@ ${lookedUp}::tsquery${and(olderThan(below))}
      ORDER BY received_at DESC, email_id DESC OFFSET 0
    ) found
    WHERE organization_id = ${organizationId}${and(contactCondition(candidacy))}
      ${and(readCondition(candidacy, "found"))}${and(lookedUp === match ? null : isMatch)}
    ORDER BY received_at DESC, email_id DESC LIMIT ${limit}`);
  return rows.map(toPlace);
}

/**
 * Finds the best hits of a range of tiers through the index of the words, which is asked for these parts alone.
 * @returns undefined where there are more than `most`: they are not all looked at
 */
export async function lookUpTiers(
  db: Database,
  candidacy: Candidacy,
  parts: readonly string[],
  { first, last, most, limit }: { first: number; last: number; most: number; limit: number },
): Promise<(Place & { tier: number })[] | undefined> {
  const { organizationId, userId } = candidacy;
  const { rows } = await db.execute<PlaceRow & { tier: number; hits: number }>(sql`
    WITH hits AS MATERIALIZED (
      SELECT email_id, received_at, tier FROM (
        SELECT organization_id, email_id, received_at,
               (SELECT ${tierOf(candidacy)} FROM (SELECT ${read(sql`s.document`)} OFFSET 0) d) AS tier
        FROM email_search s WHERE user_id = ${userId} AND document @@ ${parts.join(" & ")}::tsquery OFFSET 0
      ) found
      WHERE organization_id = ${organizationId} AND tier BETWEEN ${first} AND ${last}${and(contactCondition(candidacy))}
        ${and(readCondition(candidacy, "found"))}
      LIMIT ${most + 1}
    )
    SELECT *, (SELECT count(*)::int FROM hits) AS hits FROM hits
    ORDER BY tier, received_at DESC, email_id DESC LIMIT ${limit}`);
  if (rows[0] && rows[0].hits > most) return undefined;
  return rows.map(({ tier, ...row }) => ({ ...toPlace(row), tier }));
}

const contactCondition = ({ contactId }: Candidacy): SQL | null =>
  contactId === undefined
    ? null
    : sql`EXISTS (SELECT FROM email_contacts l WHERE l.organization_id = found.organization_id
            AND l.contact_id = ${contactId} AND l.email_id = found.email_id)`;
