import { type Database, sessions, users } from "@crm/db";
import { and, eq, isNull, sql } from "drizzle-orm";
import { BatchedLookup } from "../batched-lookup.ts";
import { VIEWED_COLUMNS } from "../users/user-view.ts";
import type { AccessClaims } from "./access-tokens.ts";

export type SessionRow = Awaited<ReturnType<ReturnType<typeof prepareQuery>["execute"]>>[number];

/**
 * The living session that a token names, with its user as others may see them. Read anew at every request; those that
 * come together are answered by one prepared query.
 */
export function findSession(db: Database, claims: AccessClaims): Promise<SessionRow | undefined> {
  const lookup = lookups.get(db) ?? makeLookup(db);
  lookups.set(db, lookup);
  return lookup.find(claims);
}

const lookups = new WeakMap<Database, BatchedLookup<AccessClaims, SessionRow>>();

function makeLookup(db: Database): BatchedLookup<AccessClaims, SessionRow> {
  const query = prepareQuery(db);
  return new BatchedLookup(async (all) => {
    const found = new Map<string, SessionRow>();
    const ofOrganization = async (organizationId: string) => {
      const own = all.filter((claims) => claims.organizationId === organizationId);
      const rows = await query.execute({ organizationId, sessionIds: own.map(({ sessionId }) => sessionId) });
      for (const row of rows) found.set(nameOf({ ...row, organizationId }), row);
    };
    await Promise.all([...new Set(all.map(({ organizationId }) => organizationId))].map(ofOrganization));
    return all.map((claims) => found.get(nameOf(claims)));
  });
}

const nameOf = ({ organizationId, sessionId, userId }: AccessClaims) => `${organizationId}/${sessionId}/${userId}`;

const prepareQuery = (db: Database) =>
  db
    .select({ sessionId: sessions.id, userId: sessions.userId, user: VIEWED_COLUMNS })
    .from(sessions)
    .innerJoin(users, and(eq(users.organizationId, sessions.organizationId), eq(users.id, sessions.userId)))
    .where(
      and(
        eq(sessions.organizationId, sql.placeholder("organizationId")),
        sql`${sessions.id} = ANY (${sql.placeholder("sessionIds")}::uuid[])`,
        isNull(sessions.endedAt),
        sql`${sessions.expiresAt} > now()`,
      ),
    )
    .prepare("find_sessions");
