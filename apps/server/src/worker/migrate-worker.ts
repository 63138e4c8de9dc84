import type { Logger } from "@crm/services";
import { runMigrations } from "graphile-worker";
import { toGraphileLogger } from "./graphile-logger.ts";

const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Makes or updates the job queue's own schema (`graphile_worker`); it locks, so several processes may call it. */
export const migrateWorker = (databaseUrl: string): Promise<void> =>
  runMigrations({ connectionString: databaseUrl, maxPoolSize: 2, logger: toGraphileLogger(SILENT) });
