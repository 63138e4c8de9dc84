import type { Database } from "@crm/db";
import { type SQL, sql } from "drizzle-orm";
import {
  and,
  type Candidacy,
  lastOfHead,
  olderThan,
  type Place,
  type PlaceRow,
  read,
  readCondition,
  tierOf,
  toPlace,
} from "./candidacy.ts";
import type { DocumentQuery } from "./to-tiers.ts";

/** A message that was looked at, hit or not. */
export interface Probed extends Place {
  /** Its number; null for a message that is no hit. */
  tier: number | null;
  /** Of the conditions of all tiers those that it meets. */
  meets: ReadonlySet<string>;
}

/** Looks at so many messages, the newest first: which are hits, and which conditions each one meets. */
export async function probeMail(
  db: Database,
  candidacy: Candidacy,
  { below, messages }: { below: Place | null; messages: number },
): Promise<Probed[]> {
  const head = lastOfHead(candidacy);
  const anywhere = new Set(candidacy.tiers.slice((head?.number ?? -1) + 1).flatMap((tier) => tier.conditions));
  const inHead = new Set(candidacy.tiers.flatMap((tier) => tier.conditions.filter((each) => !anywhere.has(each))));
  const conditions = [...anywhere, ...inHead];
  // One digit for each; an array takes longer to read than to find out.
  const digits = (some: ReadonlySet<string>) =>
    sql.join([sql`''`, ...Array.from(some, (condition) => sql`(document @@ ${condition}::tsquery)::int`)], sql` || `);
  const meets = head
    ? sql`${digits(anywhere)} || CASE WHEN document @@ ${head.level}::tsquery THEN ${digits(inHead)} ELSE '' END`
    : digits(anywhere);
  const { rows } = await db.execute<PlaceRow & { tier: number | null; meets: string | null }>(sql`
    SELECT email_id, received_at, CASE WHEN true${and(readCondition(candidacy))} THEN ${tierOf(candidacy)} END AS tier,
           ${meets} AS meets
    FROM (${newestOf(candidacy, below, messages)}) newest ORDER BY received_at DESC, email_id DESC`);
  return rows.map(({ tier, meets, ...row }) => ({
    ...toPlace(row),
    tier,
    meets: new Set(conditions.filter((_, index) => meets?.[index] === "1")),
  }));
}

/** Goes through so many messages, the newest first, as far as that many hits of a tier. */
export async function walkMail(
  db: Database,
  candidacy: Candidacy,
  tier: DocumentQuery,
  { below, messages, hits }: { below: Place | null; messages: number; hits: number },
): Promise<Place[]> {
  const { rows } = await db.execute<PlaceRow>(sql`
    SELECT email_id, received_at FROM (${newestOf(candidacy, below, messages)}) newest
    WHERE document @@ ${tier.match}::tsquery${and(readCondition(candidacy))}
    ORDER BY received_at DESC, email_id DESC LIMIT ${hits}`);
  return rows.map(toPlace);
}

/** The newest messages that come into question, each with its document. */
function newestOf({ organizationId, userId, contactId, isRead }: Candidacy, below: Place | null, limit: number): SQL {
  if (contactId === undefined && isRead !== false)
    return sql`
      SELECT n.organization_id, n.email_id, n.received_at, ${read(sql`n.document`)} FROM (
        SELECT organization_id, email_id, received_at, document FROM email_search
        WHERE organization_id = ${organizationId} AND user_id = ${userId}${and(olderThan(below))}
        ORDER BY received_at DESC, email_id DESC LIMIT ${limit}
      ) n OFFSET 0`;
  const source =
    contactId === undefined
      ? sql`
        SELECT organization_id, id AS email_id, received_at FROM emails
        WHERE organization_id = ${organizationId} AND user_id = ${userId} AND NOT is_read${and(olderThan(below, "id"))}
        ORDER BY received_at DESC, id DESC LIMIT ${limit}`
      : sql`
        SELECT organization_id, email_id, received_at FROM email_contacts
        WHERE organization_id = ${organizationId} AND contact_id = ${contactId}${and(olderThan(below))}
        ORDER BY received_at DESC, email_id DESC LIMIT ${limit}`;
  // One look-up each, whatever the planner thinks of tables that have just been filled.
  const document = sql`(SELECT s.document FROM email_search s
    WHERE s.organization_id = n.organization_id AND s.email_id = n.email_id)`;
  return sql`SELECT n.*, ${read(document)} FROM (${source}) n OFFSET 0`;
}
