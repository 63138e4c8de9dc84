import { sql } from "drizzle-orm";
import type { Dependencies } from "../dependencies.ts";
import { CATCH_UP_DAYS } from "../events/read-events.ts";

/**
 * What is over, and how long it is kept after that. Ended sessions stay for a while, so that the reuse of one of
 * their refresh tokens is still recognised; their tokens go with them.
 */
const EXPIRED = {
  sessions: sql`expires_at < now() - interval '30 days' OR ended_at < now() - interval '30 days'`,
  idempotency_keys: sql`expires_at < now()`,
  user_tokens: sql`expires_at < now() - interval '1 day'`,
  revoked_tokens: sql`expires_at < now()`,
  rate_limits: sql`expire < extract(epoch FROM now()) * 1000`,
  contact_merges: sql`created_at < now() - interval '30 days'`,
  events: sql`occurred_at < now() - ${`${CATCH_UP_DAYS + 1} days`}::interval`,
} as const;

/** Rows a statement, so that none of them holds its locks for long. */
const BATCH = 1_000;
/** Statements a table and run; what is left waits for the next run. */
const MAX_BATCHES = 1_000;

/** Deletes rows that nobody can use any more. Returns how many, by table. Any number of processes may run it. */
export async function purgeExpired(
  { db }: Pick<Dependencies, "db">,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Record<string, number>> {
  const purged: Record<string, number> = {};
  for (const [table, expired] of Object.entries(EXPIRED)) {
    const name = sql.identifier(table);
    for (let batch = 0; batch < MAX_BATCHES && !signal?.aborted; batch++) {
      const { rowCount } = await db.execute(
        sql`DELETE FROM ${name} WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM ${name} WHERE ${expired} LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`,
      );
      const count = rowCount ?? 0;
      if (count > 0) purged[table] = (purged[table] ?? 0) + count;
      if (count < BATCH) break;
    }
  }
  return purged;
}
