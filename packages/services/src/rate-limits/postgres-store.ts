import { type Database, runPrepared } from "@crm/db";
import type { LimitStore, Settlement, Take, Taken } from "./limit-store.ts";

/**
 * Counters in PostgreSQL, by its clock. A commit of a count is not waited for to reach the disk: a database that
 * crashes may forget the last half second of counting, everything else survives a restart.
 */
export class PostgresStore implements LimitStore {
  constructor(private readonly db: Database) {}

  async take({ of, need, extra, windowMs, holds, holdMs, spent }: Take): Promise<Taken[]> {
    const keys = of.map(({ key }) => key);
    const limits = of.map(({ limit }) => limit);
    const values = [keys, need, extra, limits, windowMs, holds === "all", holdMs, spent];
    const statement = { name: "take_limits", text: TAKE, values };
    const rows = await runPrepared<Record<string, string>>(this.db, statement);
    return keys.map((key) => {
      const row = rows.find((each) => each.key === key);
      if (!row) throw new Error("a limit gave no answer");
      return {
        granted: Number(row.granted),
        points: Number(row.points),
        heldFor: Number(row.held_for),
        resetIn: Number(row.reset_in),
        windowEnd: Number(row.expire),
      };
    });
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    const keys = settlements.map(({ key }) => key);
    const windowEnds = settlements.map(({ windowEnd }) => windowEnd);
    const held = settlements.map((each) => each.held);
    const unused = settlements.map((each) => (each.unused === "all" ? null : each.unused));
    const values = [keys, windowEnds, held, unused];
    await runPrepared(this.db, { name: "settle_limits", text: SETTLE, values });
  }

  async close(): Promise<void> {}
}

/**
 * $1 keys, $2 need, $3 extra, $4 a limit for each key, $5 window, $6 holds all, $7 hold, $8 spent. One statement, so that
 * a row's lock makes it atomic; times are read after the lock was got. A window that is over, and points whose holder let
 * their time pass, count for nothing. Rows are locked in the order of their keys, here and in SETTLE, so that no two
 * statements wait for each other.
 */
const NOW = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
/** From `remaining`, what is granted and how much of that is held. */
const GRANT = `
  LATERAL (SELECT least($2::int, remaining) AS needed) AS n,
  LATERAL (SELECT needed + least($3::int, (remaining - needed) / 8) AS granted) AS g,
  LATERAL (SELECT CASE WHEN $6::boolean THEN granted ELSE granted - needed END AS holding) AS h`;
const TAKE = `
  INSERT INTO rate_limits AS r (key, points, granted, held, held_until, expire)
  SELECT key, granted, granted, holding, CASE WHEN holding > 0 THEN now + $7::bigint ELSE 0 END, now + $5::bigint
  FROM (SELECT ${NOW} AS now, set_config('synchronous_commit', 'off', true)) AS clock,
       unnest($1::text[], $4::int[]) AS l (key, remaining), ${GRANT}
  ORDER BY key
  ON CONFLICT (key) DO UPDATE SET (points, granted, held, held_until, expire) = (
    SELECT taken + granted, granted, holders + holding,
           CASE WHEN holding > 0 THEN greatest(r.held_until, now + $7::bigint) ELSE r.held_until END,
           CASE WHEN open THEN r.expire ELSE now + $5::bigint END
    FROM (SELECT ${NOW} AS now) AS clock,
         LATERAL (SELECT r.expire > now AS open) AS w,
         LATERAL (SELECT CASE WHEN open THEN r.points ELSE 0 END AS taken,
                         CASE WHEN open AND r.held_until > now THEN greatest(r.held - $8::int, 0) ELSE 0 END AS holders) AS c,
         LATERAL (SELECT ($4::int[])[array_position($1::text[], r.key)] AS allowed) AS a,
         LATERAL (SELECT greatest(allowed - taken, 0) AS remaining) AS l, ${GRANT})
  RETURNING key, points, granted, expire, expire - ${NOW} AS reset_in,
            CASE WHEN held > 0 THEN greatest(held_until - ${NOW}, 0) ELSE 0 END AS held_for`;

/** $1 keys, and for each: $2 window's end, $3 held, $4 unused, null for all that nobody else holds. */
const SETTLE = `
  WITH locked AS MATERIALIZED (
    SELECT r.key, done, unused
    FROM rate_limits AS r
    JOIN unnest($1::text[], $2::bigint[], $3::int[], $4::int[]) AS s (key, expire, done, unused) USING (key, expire)
    ORDER BY r.key
    FOR UPDATE OF r)
  UPDATE rate_limits AS r
  SET held = greatest(r.held - done, 0),
      points = CASE WHEN unused IS NULL THEN greatest(r.held - done, 0) ELSE greatest(r.points - unused, 0) END
  FROM locked, (SELECT set_config('synchronous_commit', 'off', true)) AS s
  WHERE r.key = locked.key`;
