import { connect, migrate } from "@crm/db";
import { createDependencies, type Dependencies } from "@crm/services";
import { findDemoMailbox, wantsDemoMailbox } from "../demo-mailbox/find-demo-mailbox.ts";
import type { Config } from "../env.ts";
import { withDatabase } from "./with-database.ts";

/** No limit holds for whoever runs the installation, and nobody is signed in: there is nothing to ask Redis. */
export const WITHOUT_REDIS = { redisUrl: null, revocationStore: "database" } as const;

/** Runs a command that needs the services for a moment, on a database that is brought to this release first. */
export const withServices = <Result>(
  run: (opened: { config: Config; dependencies: Dependencies }) => Promise<Result>,
): Promise<Result> =>
  withDatabase(async ({ config, databaseUrl, logger }) => {
    await migrate(databaseUrl);
    const { db, close } = connect({ url: databaseUrl, maxConnections: 4 });
    const mailServers = wantsDemoMailbox(config) ? findDemoMailbox(config) : config.mailServers;
    const dependencies = createDependencies({ ...config, ...WITHOUT_REDIS, db, logger, mailServers });
    try {
      return await run({ config, dependencies });
    } finally {
      await dependencies.background.stop();
      await dependencies.limits.close();
      await close();
    }
  });
