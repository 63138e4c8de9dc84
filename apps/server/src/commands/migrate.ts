import { applyMigrations } from "../apply-migrations.ts";
import type { Answer } from "./answer.ts";
import { withDatabase } from "./with-database.ts";

/** `crm migrate`: brings the tables and the job queue to this release. */
export const migrate = (): Promise<Answer> =>
  withDatabase(async ({ databaseUrl }) => {
    await applyMigrations(databaseUrl);
    return { text: "The database is up to date.", data: { upToDate: true } };
  });
