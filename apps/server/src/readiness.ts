import type { Connection } from "@crm/db";
import type { Readiness } from "./http/serve-health.ts";
import type { BackgroundWorker } from "./worker/start-worker.ts";

interface Checked {
  pool: Connection["pool"];
  /** Null where another process does the background work. */
  worker: BackgroundWorker | null;
  /** Aborted when the process is to end. */
  signal: AbortSignal;
}

/** What has to stand before a load balancer may send requests here. */
export const readiness =
  ({ pool, worker, signal }: Checked): Readiness =>
  async () => ({
    accepting: !signal.aborted,
    ...(await databaseChecks(pool)),
    ...(worker && { worker: worker.isRunning() }),
  });

async function databaseChecks(pool: Connection["pool"]): Promise<{ database: boolean; migrations: boolean }> {
  try {
    // Without the table it throws no error: a database that was emptied answers, but is none of ours.
    const { rows } = await pool.query("SELECT to_regclass('users') IS NOT NULL AS migrated");
    return { database: true, migrations: rows[0]?.migrated === true };
  } catch {
    return { database: false, migrations: false };
  }
}
