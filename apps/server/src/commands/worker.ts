import { connect } from "@crm/db";
import { createDependencies } from "@crm/services";
import { applyMigrations } from "../apply-migrations.ts";
import { findDemoMailbox, wantsDemoMailbox } from "../demo-mailbox/find-demo-mailbox.ts";
import { loadEnv } from "../env.ts";
import { createLogger } from "../logger.ts";
import { joinDatabase } from "../open-database.ts";
import { createProgress } from "../progress.ts";
import { runUntilStopped } from "../run-until-stopped.ts";
import { startWorker } from "../worker/start-worker.ts";

/** `crm worker`: background work alone, beside any number of `crm serve --no-worker`, until a signal comes. */
export async function work(): Promise<void> {
  const config = loadEnv(process.env);
  const logger = createLogger(config);
  const progress = createProgress(config, logger);
  const onStopping = () => progress.step("Stopping …");

  await runUntilStopped({ logger, onStopping }, async (shutdown) => {
    const databaseUrl = await joinDatabase({ config, progress, shutdown });
    progress.step("Bringing the database up to date …");
    await applyMigrations(databaseUrl);
    const onError = (error: Error) => logger.warn({ err: error }, "a database connection was lost");
    const { db, close } = connect({ url: databaseUrl, onError });
    await shutdown.add("database connections", close);
    const mailServers = wantsDemoMailbox(config) ? findDemoMailbox(config) : config.mailServers;
    const dependencies = createDependencies({ ...config, db, logger, mailServers });
    await shutdown.add("background work", () => dependencies.background.stop());
    await shutdown.add("rate limits", () => dependencies.limits.close());
    const worker = await startWorker({ dependencies, databaseUrl });
    await shutdown.add("background worker", worker.stop);
    progress.show("The background worker is running.");
  });
}
