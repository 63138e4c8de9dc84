import type { Connection } from "@crm/db";

/** A clock that runs while at least one query of the pool is under way, in milliseconds. */
export function startDatabaseClock(pool: Connection["pool"]): () => number {
  let [underWay, since, total] = [0, 0, 0];
  const query = pool.query.bind(pool) as (...parameters: unknown[]) => Promise<unknown>;
  const timed = async (...parameters: unknown[]) => {
    if (underWay++ === 0) since = performance.now();
    try {
      return await query(...parameters);
    } finally {
      if (--underWay === 0) total += performance.now() - since;
    }
  };
  pool.query = timed as typeof pool.query;
  return () => total;
}
