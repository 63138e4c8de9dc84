import type { Database } from "@crm/db";
import { type SQL, sql } from "drizzle-orm";
import {
  and,
  type Candidacy,
  type CandidateRow,
  fromStart,
  rankOf,
  readCondition,
  type Start,
  toPlace,
  type Walked,
} from "./candidate.ts";

/** Goes through so many messages, the newest first, as far as that many hits; without `hits`, those that are none too. */
export async function walkMail(
  db: Database,
  candidacy: Candidacy,
  { start, messages, hits }: { start: Start | null; messages: number; hits?: number },
): Promise<Walked[]> {
  const isMatch = sql`(document @@ ${candidacy.match}::tsquery${and(readCondition(candidacy))})`;
  const newest = sql`(${newestOf(candidacy, start, messages)}) newest`;
  const { rows } = await db.execute<CandidateRow>(
    hits === undefined
      ? sql`SELECT email_id, received_at, CASE WHEN ${isMatch} THEN ${rankOf(candidacy)} END AS rank FROM ${newest}
            ORDER BY received_at DESC, email_id DESC`
      : sql`SELECT email_id, received_at, ${rankOf(candidacy)} AS rank FROM ${newest} WHERE ${isMatch}
            ORDER BY received_at DESC, email_id DESC LIMIT ${hits}`,
  );
  return rows.map(toPlace);
}

/** The newest messages that come into question, each with its document. */
function newestOf({ organizationId, userId, contactId, isRead }: Candidacy, start: Start | null, limit: number): SQL {
  if (contactId === undefined && isRead !== false)
    return sql`
      SELECT organization_id, email_id, received_at, document FROM email_search
      WHERE organization_id = ${organizationId} AND user_id = ${userId}${and(fromStart(start))}
      ORDER BY received_at DESC, email_id DESC LIMIT ${limit}`;
  const source =
    contactId === undefined
      ? sql`
        SELECT organization_id, id AS email_id, received_at FROM emails
        WHERE organization_id = ${organizationId} AND user_id = ${userId} AND NOT is_read${and(fromStart(start, "id"))}
        ORDER BY received_at DESC, id DESC LIMIT ${limit}`
      : sql`
        SELECT organization_id, email_id, received_at FROM email_contacts
        WHERE organization_id = ${organizationId} AND contact_id = ${contactId}${and(fromStart(start))}
        ORDER BY received_at DESC, email_id DESC LIMIT ${limit}`;
  // One look-up each, whatever the planner thinks of tables that have just been filled.
  return sql`
    SELECT n.*, (SELECT s.document FROM email_search s
                 WHERE s.organization_id = n.organization_id AND s.email_id = n.email_id) AS document
    FROM (${source}) n OFFSET 0`;
}
