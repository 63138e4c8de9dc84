import type { Database } from "@crm/db";
import { sql } from "drizzle-orm";
import { and, type Candidacy, olderThan, type Place, type PlaceRow, readCondition, toPlace } from "./candidacy.ts";
import type { Tier } from "./to-tiers.ts";

/**
 * Finds hits of a tier through the index of the words; what makes a word frequent makes it slow. The index is asked for
 * these conditions alone, of the days from `since` up to, and without, `before`.
 */
export async function lookUpWords(
  db: Database,
  candidacy: Candidacy,
  { match }: Tier,
  conditions: readonly string[],
  { below, since, before, limit }: { below: Place | null; since: string | null; before: string | null; limit: number },
): Promise<Place[]> {
  const { organizationId, userId, contactId } = candidacy;
  const lookedUp = conditions.length > 0 ? conditions.join(" & ") : match;
  const day = sql`(received_at AT TIME ZONE 'UTC')::date`;
  const isContacts =
    contactId === undefined
      ? null
      : sql`EXISTS (SELECT FROM email_contacts l WHERE l.organization_id = ${organizationId}
                      AND l.contact_id = ${contactId} AND l.email_id = found.email_id)`;
  // ts_match_vq is @@ where the index shall not be asked: it would collect every word that begins with an a. The
  // organization stands outside, lest a planner without statistics reads all of one's mail by the index that begins with it.
  const { rows } = await db.execute<PlaceRow>(sql`
    SELECT email_id, received_at FROM (
      SELECT organization_id, email_id, received_at FROM email_search
      WHERE user_id = ${userId} AND document @@ ${lookedUp}::tsquery
        ${and(lookedUp === match ? null : sql`ts_match_vq(document, ${match}::tsquery)`)}
        ${and(since === null ? null : sql`${day} >= ${since}::date`)}
        ${and(before === null ? null : sql`${day} < ${before}::date`)}
        ${and(below === null ? null : sql`${day} <= ${below.receivedAt.slice(0, 10)}::date`)}
        ${and(olderThan(below))}
      OFFSET 0
    ) found
    WHERE organization_id = ${organizationId}${and(isContacts)}${and(readCondition(candidacy, "found"))}
    ORDER BY received_at DESC, email_id DESC LIMIT ${limit}`);
  return rows.map(toPlace);
}
