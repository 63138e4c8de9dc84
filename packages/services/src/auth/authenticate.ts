import { type Database, sessions, users } from "@crm/db";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Actor, Caller } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { isApiKey } from "./api-keys/api-key.ts";
import { authenticateApiKey } from "./api-keys/authenticate-api-key.ts";

/**
 * Who holds this access token or API key, or null. Session and user are read at every request, in one prepared query,
 * so that a logout, a role change or a deletion holds from the next request on, in every process.
 */
export async function authenticate(
  dependencies: Dependencies,
  caller: Caller,
  accessToken: string,
): Promise<Actor | null> {
  if (isApiKey(accessToken)) return authenticateApiKey(dependencies, caller, accessToken);
  const claims = await dependencies.accessTokens.verify(accessToken);
  if (!claims) return null;
  const [row] = await sessionQuery(dependencies.db).execute({ ...claims });
  if (!row) return null;
  const { temporaryPasswordUntil, ...user } = row;
  return { ...caller, ...claims, ...user, passwordDue: temporaryPasswordUntil !== null };
}

const prepareSessionQuery = (db: Database) =>
  db
    .select({ username: users.username, role: users.role, temporaryPasswordUntil: users.temporaryPasswordUntil })
    .from(sessions)
    .innerJoin(users, and(eq(users.organizationId, sessions.organizationId), eq(users.id, sessions.userId)))
    .where(
      and(
        eq(sessions.organizationId, sql.placeholder("organizationId")),
        eq(sessions.id, sql.placeholder("sessionId")),
        eq(sessions.userId, sql.placeholder("userId")),
        isNull(sessions.endedAt),
        sql`${sessions.expiresAt} > now()`,
      ),
    )
    .prepare("authenticate");

const prepared = new WeakMap<Database, ReturnType<typeof prepareSessionQuery>>();

function sessionQuery(db: Database) {
  const query = prepared.get(db) ?? prepareSessionQuery(db);
  prepared.set(db, query);
  return query;
}
