import type { Database } from "@crm/db";
import type { LimitStore, Take, Taken } from "./limit-store.ts";

/** The part of the driver's pool by which a statement is prepared under a name. */
interface Pool {
  query(statement: { name: string; text: string; values: unknown[] }): Promise<{ rows: Record<string, string>[] }>;
}

/**
 * Counters in PostgreSQL, by its clock. A commit of a count is not waited for to reach the disk: a database that
 * crashes may forget the last half second of counting, everything else survives a restart.
 */
export class PostgresStore implements LimitStore {
  constructor(private readonly db: Database) {}

  async take({ key, need, extra, limit, windowMs, holds, holdMs, spent }: Take): Promise<Taken> {
    const values = [key, need, extra, limit, windowMs, holds === "all", holdMs, spent];
    const [row] = (await this.#run({ name: "take_limit", text: TAKE, values })).rows;
    if (!row) throw new Error("a limit gave no answer");
    return {
      granted: Number(row.granted),
      points: Number(row.points),
      heldFor: Number(row.held_for),
      resetIn: Number(row.reset_in),
      windowEnd: Number(row.expire),
    };
  }

  async settle(key: string, windowEnd: number, held: number, unused: number): Promise<void> {
    await this.#run({ name: "settle_limit", text: SETTLE, values: [key, windowEnd, held, unused] });
  }

  async forgive(key: string, windowEnd: number, held: number): Promise<void> {
    await this.#run({ name: "forgive_limit", text: FORGIVE, values: [key, windowEnd, held] });
  }

  #run(statement: Parameters<Pool["query"]>[0]) {
    return (this.db as Database & { $client: Pool }).$client.query(statement);
  }

  async close(): Promise<void> {}
}

/**
 * $1 key, $2 need, $3 extra, $4 limit, $5 window, $6 holds all, $7 hold, $8 spent. One statement, so that the row's lock makes it
 * atomic; times are read after the lock was got. A window that is over, and points whose holder let their time pass,
 * count for nothing.
 */
const NOW = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
/** From `remaining`, what is granted and how much of that is held. */
const GRANT = `
  LATERAL (SELECT least($2::int, remaining) AS needed) AS n,
  LATERAL (SELECT needed + least($3::int, (remaining - needed) / 8) AS granted) AS g,
  LATERAL (SELECT CASE WHEN $6::boolean THEN granted ELSE granted - needed END AS holding) AS h`;
const TAKE = `
  INSERT INTO rate_limits AS r (key, points, granted, held, held_until, expire)
  SELECT $1, granted, granted, holding, CASE WHEN holding > 0 THEN now + $7::bigint ELSE 0 END, now + $5::bigint
  FROM (SELECT ${NOW} AS now, set_config('synchronous_commit', 'off', true)) AS clock,
       (SELECT $4::int AS remaining) AS l, ${GRANT}
  ON CONFLICT (key) DO UPDATE SET (points, granted, held, held_until, expire) = (
    SELECT taken + granted, granted, holders + holding,
           CASE WHEN holding > 0 THEN greatest(r.held_until, now + $7::bigint) ELSE r.held_until END,
           CASE WHEN open THEN r.expire ELSE now + $5::bigint END
    FROM (SELECT ${NOW} AS now) AS clock,
         LATERAL (SELECT r.expire > now AS open) AS w,
         LATERAL (SELECT CASE WHEN open THEN r.points ELSE 0 END AS taken,
                         CASE WHEN open AND r.held_until > now THEN greatest(r.held - $8::int, 0) ELSE 0 END AS holders) AS c,
         LATERAL (SELECT greatest($4::int - taken, 0) AS remaining) AS l, ${GRANT})
  RETURNING points, granted, expire, expire - ${NOW} AS reset_in,
            CASE WHEN held > 0 THEN greatest(held_until - ${NOW}, 0) ELSE 0 END AS held_for`;

/** $1 key, $2 window's end, $3 held, $4 unused. */
const SETTLE = `
  UPDATE rate_limits
  SET points = greatest(points - $4::int, 0), held = greatest(held - $3::int, 0)
  FROM (SELECT set_config('synchronous_commit', 'off', true)) AS s
  WHERE key = $1 AND expire = $2::bigint`;
const FORGIVE = `
  UPDATE rate_limits
  SET points = greatest(held - $3::int, 0), held = greatest(held - $3::int, 0)
  FROM (SELECT set_config('synchronous_commit', 'off', true)) AS s
  WHERE key = $1 AND expire = $2::bigint`;
