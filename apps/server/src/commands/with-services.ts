import { connect, migrate } from "@crm/db";
import { createDependencies, type Dependencies } from "@crm/services";
import { findDemoMailbox, wantsDemoMailbox } from "../demo-mailbox/find-demo-mailbox.ts";
import type { Config } from "../env.ts";
import { withDatabase } from "./with-database.ts";

/** Runs a command that needs the services for a moment, on a database that is brought to this release first. */
export const withServices = <Result>(
  run: (opened: { config: Config; dependencies: Dependencies }) => Promise<Result>,
): Promise<Result> =>
  withDatabase(async ({ config, databaseUrl, logger }) => {
    await migrate(databaseUrl);
    const { db, close } = connect({ url: databaseUrl, maxConnections: 4 });
    const mailServers = wantsDemoMailbox(config) ? findDemoMailbox(config) : config.mailServers;
    // No limit holds for whoever runs the installation, so there is nothing to count in Redis.
    const dependencies = createDependencies({ ...config, db, logger, mailServers, redisUrl: null });
    try {
      return await run({ config, dependencies });
    } finally {
      await dependencies.background.stop();
      await dependencies.limits.close();
      await close();
    }
  });
