import type { Database } from "@crm/db";

const queues = new WeakMap<Database, Map<string, Promise<unknown>>>();

/**
 * Runs what waits for one lock one after the other within this process. They would come one by one anyway; but each
 * would wait at the database, with a connection that everybody else lacks.
 */
export function inTurn<Result>(db: Database, key: string, run: () => Promise<Result>): Promise<Result> {
  const queue = queues.get(db) ?? new Map<string, Promise<unknown>>();
  queues.set(db, queue);
  const result = (queue.get(key) ?? Promise.resolve()).then(run);
  const end = result.catch(() => {});
  queue.set(key, end);
  void end.then(() => {
    if (queue.get(key) === end) queue.delete(key);
  });
  return result;
}
