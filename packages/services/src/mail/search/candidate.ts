import { type SQL, sql } from "drizzle-orm";
import type { SearchQueries } from "./to-queries.ts";

/** A message's place in the order of all mail, newest first. */
export interface Place {
  receivedAt: string;
  emailId: string;
}

/** A hit: which message, and how well it matches. */
export interface Candidate extends Place {
  rank: number;
}

/** What is looked for, and in whose mail. */
export interface Candidacy extends SearchQueries {
  organizationId: string;
  userId: string;
  contactId?: string | undefined;
  isRead?: boolean | undefined;
}

/** From where on, towards the older. */
export type Start = { from: Place } | { below: Place };

export interface Walked extends Place {
  /** Null for a message that is no hit. */
  rank: number | null;
  /** Which of the conditions it meets, where that was asked for. */
  meets: readonly (boolean | null)[];
}
export const isHit = (message: Walked): message is Walked & Candidate => message.rank !== null;

export const and = (condition: SQL | null): SQL => (condition === null ? sql`` : sql` AND ${condition}`);

export function fromStart(start: Start | null, id: "email_id" | "id" = "email_id"): SQL | null {
  if (start === null) return null;
  const { receivedAt, emailId } = placeOf(start);
  const bound = sql`(${receivedAt}::timestamptz, ${emailId}::uuid)`;
  return sql`(received_at, ${sql.identifier(id)}) ${"from" in start ? sql`<=` : sql`<`} ${bound}`;
}

export const placeOf = (start: Start): Place => ("from" in start ? start.from : start.below);

/** The filter on `$seen`, where the messages do not come from the list of the unread anyway. */
export function readCondition({ isRead, contactId }: Candidacy, of: "newest" | "found" = "newest"): SQL | null {
  if (isRead === undefined || (isRead === false && contactId === undefined && of === "newest")) return null;
  return sql`(SELECT e.is_read FROM emails e WHERE e.organization_id = ${sql.identifier(of)}.organization_id
                AND e.id = ${sql.identifier(of)}.email_id) = ${isRead}`;
}

/**
 * Each word counts by the best field that has it, however often others do; what is left, below one, tells equals apart:
 * words as they stand before beginnings of others, then how often.
 */
export const rankOf = ({ ranked, any, exact }: SearchQueries): SQL => {
  if (ranked.length === 0) return sql`0::real`;
  const fields = ranked.map(
    ({ inSubject, inPeople }) =>
      sql`CASE WHEN document @@ ${inSubject}::tsquery THEN 4 WHEN document @@ ${inPeople}::tsquery THEN 2 ELSE 1 END`,
  );
  return sql`(${sql.join(fields, sql` + `)} + 0.7::real * ts_rank(document, ${exact}::tsquery, ${SATURATED})
    + 0.2::real * ts_rank(document, ${any}::tsquery, ${SATURATED}))::real`;
};
/** PostgreSQL's flag for ranks below one: rank / (rank + 1). */
const SATURATED = sql.raw("32");

export type CandidateRow = { email_id: string; received_at: string; rank: number | null; meets?: (boolean | null)[] };

export const toWalked = ({ email_id, received_at, rank, meets = [] }: CandidateRow): Walked => ({
  emailId: email_id,
  receivedAt: new Date(received_at).toISOString(),
  rank,
  meets,
});

/** A document out of line is read anew for each question put to it; one in an array has been read. */
export const read = (document: SQL): SQL => sql`(ARRAY[${document}])[1] AS document`;
