import type { Database } from "@crm/db";
import { type SQL, sql } from "drizzle-orm";
import {
  and,
  type Candidacy,
  type Candidate,
  type CandidateRow,
  fromStart,
  isHit,
  rankOf,
  read,
  readCondition,
  type Start,
  toWalked,
  type Walked,
} from "./candidate.ts";

/** Looks at so many messages, the newest first: which are hits, and which conditions each one meets. */
export async function probeMail(
  db: Database,
  candidacy: Candidacy,
  { start, messages }: { start: Start | null; messages: number },
): Promise<Walked[]> {
  const meets = sql.join(
    candidacy.conditions.map((condition) => sql`document @@ ${condition}::tsquery`),
    sql`, `,
  );
  const { rows } = await db.execute<CandidateRow>(sql`
    SELECT email_id, received_at, CASE WHEN ${isMatch(candidacy)} THEN ${rankOf(candidacy)} END AS rank,
           ARRAY[${meets}]::boolean[] AS meets
    FROM (${newestOf(candidacy, start, messages)}) newest ORDER BY received_at DESC, email_id DESC`);
  return rows.map(toWalked);
}

/** Goes through so many messages, the newest first, as far as that many hits. */
export async function walkMail(
  db: Database,
  candidacy: Candidacy,
  { start, messages, hits }: { start: Start | null; messages: number; hits: number },
): Promise<Candidate[]> {
  const { rows } = await db.execute<CandidateRow>(sql`
    SELECT email_id, received_at, ${rankOf(candidacy)} AS rank
    FROM (${newestOf(candidacy, start, messages)}) newest WHERE ${isMatch(candidacy)}
    ORDER BY received_at DESC, email_id DESC LIMIT ${hits}`);
  return rows.map(toWalked).filter(isHit);
}

const isMatch = (candidacy: Candidacy): SQL =>
  sql`(document @@ ${candidacy.match}::tsquery${and(readCondition(candidacy))})`;

/** The newest messages that come into question, each with its document. */
function newestOf({ organizationId, userId, contactId, isRead }: Candidacy, start: Start | null, limit: number): SQL {
  if (contactId === undefined && isRead !== false)
    return sql`
      SELECT n.organization_id, n.email_id, n.received_at, ${read(sql`n.document`)} FROM (
        SELECT organization_id, email_id, received_at, document FROM email_search
        WHERE organization_id = ${organizationId} AND user_id = ${userId}${and(fromStart(start))}
        ORDER BY received_at DESC, email_id DESC LIMIT ${limit}
      ) n OFFSET 0`;
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
  const document = sql`(SELECT s.document FROM email_search s
    WHERE s.organization_id = n.organization_id AND s.email_id = n.email_id)`;
  return sql`SELECT n.*, ${read(document)} FROM (${source}) n OFFSET 0`;
}
