import { apiKeys, type Database, users } from "@crm/db";
import type { ApiKeyScope } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import type { Actor, Caller } from "../../actor.ts";
import type { Dependencies } from "../../dependencies.ts";
import { parseApiKey } from "./api-key.ts";

/** Whom this key acts for, or null. Read at every request, as sessions are. */
export async function authenticateApiKey({ db }: Dependencies, caller: Caller, key: string): Promise<Actor | null> {
  const parsed = parseApiKey(key);
  if (!parsed) return null;
  const [row] = await keyQuery(db).execute({ ...parsed });
  if (!row) return null;
  if (row.stale) await touch(db, parsed.organizationId, row.id);
  return {
    ...caller,
    organizationId: parsed.organizationId,
    userId: row.userId,
    username: row.username,
    role: row.role,
    sessionId: null,
    passwordDue: row.temporaryPasswordUntil !== null,
    apiKey: { id: row.id, scopes: row.scopes as ApiKeyScope[] },
  };
}

/** When `last_used_at` is worth a write: once a minute, however busy the key is. */
const isStale = sql<boolean>`coalesce(${apiKeys.lastUsedAt} < now() - interval '1 minute', true)`;

async function touch(db: Database, organizationId: string, id: string): Promise<void> {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: sql`now()` })
    .where(and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.id, id), isStale));
}

const prepareKeyQuery = (db: Database) =>
  db
    .select({
      id: apiKeys.id,
      scopes: apiKeys.scopes,
      stale: isStale,
      userId: users.id,
      username: users.username,
      role: users.role,
      temporaryPasswordUntil: users.temporaryPasswordUntil,
    })
    .from(apiKeys)
    .innerJoin(users, and(eq(users.organizationId, apiKeys.organizationId), eq(users.id, apiKeys.userId)))
    .where(
      and(
        eq(apiKeys.organizationId, sql.placeholder("organizationId")),
        eq(apiKeys.keyHash, sql.placeholder("hash")),
        sql`coalesce(${apiKeys.expiresAt} > now(), true)`,
      ),
    )
    .prepare("authenticate_api_key");

const prepared = new WeakMap<Database, ReturnType<typeof prepareKeyQuery>>();

function keyQuery(db: Database) {
  const query = prepared.get(db) ?? prepareKeyQuery(db);
  prepared.set(db, query);
  return query;
}
