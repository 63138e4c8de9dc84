import { connect } from "@crm/db";
import type { Logger } from "@crm/services";
import { runMigrations } from "graphile-worker";
import { toGraphileLogger } from "./graphile-logger.ts";

const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Makes or updates the job queue's own schema (`graphile_worker`); it locks, so several processes may call it. */
export async function migrateWorker(databaseUrl: string): Promise<void> {
  const { pool, close } = connect({ url: databaseUrl, maxConnections: 2 });
  try {
    await runMigrations({ pgPool: pool, logger: toGraphileLogger(SILENT) });
  } finally {
    await close();
  }
}
