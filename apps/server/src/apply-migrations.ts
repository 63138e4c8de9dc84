import { migrate } from "@crm/db";
import { migrateWorker } from "./worker/migrate-worker.ts";

/** Brings the tables and the job queue to this release. Safe to run from several processes, and again. */
export async function applyMigrations(databaseUrl: string): Promise<void> {
  await migrate(databaseUrl);
  await migrateWorker(databaseUrl);
}
