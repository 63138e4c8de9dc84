import type { Database } from "@crm/db";
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

/** Newest messages that are looked through first: they tell how frequent the words are. */
const PROBE = 256;
/** The same for a contact's mail or the unread, which mostly is all of it. */
const NARROW_PROBE = 2_048;
/** Where at least one message of so many is a hit, hits are met sooner from the newest on than through the index. */
const FREQUENT = 4;
/** So many times the days are looked up in which enough hits should be. */
const MARGIN = 2;
const DAY = 86_400_000;

/**
 * The newest hits, newest first. Whichever way they are found they are the same: from the newest message on where hits
 * are frequent, through the index of the words where they are not.
 */
export async function findCandidates(
  db: Database,
  candidacy: Candidacy,
  { start, limit }: { start: Start | null; limit: number },
): Promise<Candidate[]> {
  const isNarrow = candidacy.contactId !== undefined || candidacy.isRead === false;
  const messages = isNarrow ? NARROW_PROBE : PROBE;
  const probe = await walk(db, candidacy, { start, messages });
  const hits = probe.filter(isHit);
  if (probe.length < messages || hits.length >= limit) return hits.slice(0, limit);
  const last = probe.at(-1);
  if (last && hits.length * FREQUENT >= messages) {
    const missing = limit - hits.length;
    const further = { start: { below: last }, messages: missing * FREQUENT, hits: missing };
    const more = (await walk(db, candidacy, further)).filter(isHit);
    if (more.length === missing) return [...hits, ...more];
  }
  // The hits of a word that is neither frequent nor rare are too many to be sorted: those of the newest days will do.
  const since = dayWithEnough(probe, hits.length, limit);
  const newest = since === null ? [] : await lookUp(db, candidacy, { start, since, limit });
  return newest.length === limit ? newest : lookUp(db, candidacy, { start, since: null, limit });
}

interface Walked extends Place {
  /** Null for a message that is no hit. */
  rank: number | null;
}
const isHit = (message: Walked): message is Candidate => message.rank !== null;

/** Goes through so many messages, the newest first, as far as that many hits; without `hits`, those that are none too. */
async function walk(
  db: Database,
  candidacy: Candidacy,
  { start, messages, hits }: { start: Start | null; messages: number; hits?: number },
): Promise<Walked[]> {
  const isMatch = sql`(document @@ ${candidacy.match}::tsquery${and(readCondition(candidacy))})`;
  const newest = sql`(${newestOf(candidacy, start, messages)}) newest`;
  const { rows } = await db.execute<Row>(
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

/** The day since which there should be enough hits, were all mail like that of the probe; null when that is no use. */
function dayWithEnough(probe: readonly Walked[], hits: number, limit: number): string | null {
  const [first, last] = [probe[0], probe.at(-1)];
  if (!first || !last || hits < 2) return null;
  const newest = Date.parse(first.receivedAt);
  const since = newest - (newest - Date.parse(last.receivedAt)) * (limit / hits) * MARGIN - DAY;
  return since > 0 ? new Date(since).toISOString().slice(0, 10) : null;
}

/** Finds through the index of the words; what makes a word frequent makes it slow. */
async function lookUp(
  db: Database,
  candidacy: Candidacy,
  { start, since, limit }: { start: Start | null; since: string | null; limit: number },
): Promise<Candidate[]> {
  const { organizationId, userId, contactId, match } = candidacy;
  const day = sql`(received_at AT TIME ZONE 'UTC')::date`;
  const isContacts =
    contactId === undefined
      ? null
      : sql`EXISTS (SELECT FROM email_contacts l WHERE l.organization_id = ${organizationId}
                      AND l.contact_id = ${contactId} AND l.email_id = found.email_id)`;
  // ts_match_vq is @@ where the index shall not be asked: it would collect every word that begins with an a.
  const { rows } = await db.execute<Row>(sql`
    WITH newest AS MATERIALIZED (
      SELECT found.* FROM (
        SELECT organization_id, email_id, received_at FROM email_search
        WHERE organization_id = ${organizationId} AND user_id = ${userId} AND document @@ ${candidacy.lookUp}::tsquery
          ${and(candidacy.lookUp === match ? null : sql`ts_match_vq(document, ${match}::tsquery)`)}
          ${and(since === null ? null : sql`${day} >= ${since}::date`)}
          ${and(start === null ? null : sql`${day} <= ${placeOf(start).receivedAt.slice(0, 10)}::date`)}
          ${and(fromStart(start))}
        OFFSET 0
      ) found
      WHERE true${and(isContacts)}${and(readCondition(candidacy, "found"))}
      ORDER BY received_at DESC, email_id DESC LIMIT ${limit}
    )
    SELECT email_id, received_at,
           (SELECT ${rankOf(candidacy)} FROM email_search s
            WHERE s.organization_id = newest.organization_id AND s.email_id = newest.email_id) AS rank
    FROM newest ORDER BY received_at DESC, email_id DESC`);
  return rows.map(toPlace).filter(isHit);
}

const and = (condition: SQL | null): SQL => (condition === null ? sql`` : sql` AND ${condition}`);

function fromStart(start: Start | null, id: "email_id" | "id" = "email_id"): SQL | null {
  if (start === null) return null;
  const { receivedAt, emailId } = placeOf(start);
  const bound = sql`(${receivedAt}::timestamptz, ${emailId}::uuid)`;
  return sql`(received_at, ${sql.identifier(id)}) ${"from" in start ? sql`<=` : sql`<`} ${bound}`;
}

const placeOf = (start: Start): Place => ("from" in start ? start.from : start.below);

/** The filter on `$seen`, where the messages do not come from the list of the unread anyway. */
function readCondition({ isRead, contactId }: Candidacy, of: "newest" | "found" = "newest"): SQL | null {
  if (isRead === undefined || (isRead === false && contactId === undefined && of === "newest")) return null;
  return sql`(SELECT e.is_read FROM emails e WHERE e.organization_id = ${sql.identifier(of)}.organization_id
                AND e.id = ${sql.identifier(of)}.email_id) = ${isRead}`;
}

/** A word as it stands counts more than the beginning of another, but never as much as the next better field. */
const EXACT = sql`0.2::real`;
const rankOf = ({ rank, exact }: SearchQueries): SQL =>
  rank === ""
    ? sql`0::real`
    : sql`(ts_rank(document, ${rank}::tsquery) + ${EXACT} * ts_rank(document, ${exact}::tsquery))`;

type Row = { email_id: string; received_at: string; rank: number | null };

const toPlace = ({ email_id, received_at, rank }: Row): Walked => ({
  emailId: email_id,
  receivedAt: new Date(received_at).toISOString(),
  rank,
});
