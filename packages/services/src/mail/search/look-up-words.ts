import type { Database } from "@crm/db";
import { sql } from "drizzle-orm";
import {
  and,
  type Candidacy,
  type Candidate,
  type CandidateRow,
  fromStart,
  isHit,
  placeOf,
  rankOf,
  read,
  readCondition,
  type Start,
  toWalked,
} from "./candidate.ts";

/** Finds through the index of the words; what makes a word frequent makes it slow. */
export async function lookUpWords(
  db: Database,
  candidacy: Candidacy,
  conditions: readonly string[],
  { start, since, before, limit }: { start: Start | null; since: string | null; before: string | null; limit: number },
): Promise<Candidate[]> {
  const { organizationId, userId, contactId, match } = candidacy;
  const lookedUp = conditions.length > 0 ? conditions.join(" & ") : match;
  const day = sql`(received_at AT TIME ZONE 'UTC')::date`;
  const isContacts =
    contactId === undefined
      ? null
      : sql`EXISTS (SELECT FROM email_contacts l WHERE l.organization_id = ${organizationId}
                      AND l.contact_id = ${contactId} AND l.email_id = found.email_id)`;
  // ts_match_vq is @@ where the index shall not be asked: it would collect every word that begins with an a. The
  // organization stands outside, lest a planner without statistics reads all of one's mail by the index that begins with it.
  const { rows } = await db.execute<CandidateRow>(sql`
    WITH newest AS MATERIALIZED (
      SELECT found.* FROM (
        SELECT organization_id, email_id, received_at FROM email_search
        WHERE user_id = ${userId} AND document @@ ${lookedUp}::tsquery
          ${and(lookedUp === match ? null : sql`ts_match_vq(document, ${match}::tsquery)`)}
          ${and(since === null ? null : sql`${day} >= ${since}::date`)}
          ${and(before === null ? null : sql`${day} < ${before}::date`)}
          ${and(start === null ? null : sql`${day} <= ${placeOf(start).receivedAt.slice(0, 10)}::date`)}
          ${and(fromStart(start))}
        OFFSET 0
      ) found
      WHERE organization_id = ${organizationId}${and(isContacts)}${and(readCondition(candidacy, "found"))}
      ORDER BY received_at DESC, email_id DESC LIMIT ${limit}
    )
    SELECT email_id, received_at,
           (SELECT ${rankOf(candidacy)} FROM (
              SELECT ${read(sql`s.document`)} FROM email_search s
              WHERE s.organization_id = newest.organization_id AND s.email_id = newest.email_id OFFSET 0) d) AS rank
    FROM newest ORDER BY received_at DESC, email_id DESC`);
  return rows.map(toWalked).filter(isHit);
}
