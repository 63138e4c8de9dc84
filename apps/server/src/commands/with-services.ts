import { connect } from "@crm/db";
import { createDependencies, type Dependencies } from "@crm/services";
import { applyMigrations } from "../apply-migrations.ts";
import type { Config } from "../env.ts";
import { withDatabase } from "./with-database.ts";

/** Runs a command that needs the services for a moment, on a database that is brought to this release first. */
export const withServices = (
  run: (opened: { config: Config; dependencies: Dependencies; show: (text: string) => void }) => Promise<void>,
): Promise<void> =>
  withDatabase(async ({ config, databaseUrl, logger, progress }) => {
    await applyMigrations(databaseUrl);
    const { db, close } = connect({ url: databaseUrl, maxConnections: 2 });
    const dependencies = createDependencies({ ...config, db, logger });
    try {
      await run({ config, dependencies, show: progress.show });
    } finally {
      await dependencies.background.stop();
      await dependencies.limits.close();
      await close();
    }
  });
