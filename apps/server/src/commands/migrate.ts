import { applyMigrations } from "../apply-migrations.ts";
import { withDatabase } from "./with-database.ts";

/** `crm migrate`: brings the tables and the job queue to this release. */
export const migrate = (): Promise<void> =>
  withDatabase(async ({ databaseUrl, progress }) => {
    await applyMigrations(databaseUrl);
    progress.show("The database is up to date.");
  });
