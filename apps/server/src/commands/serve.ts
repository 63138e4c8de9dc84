import { connect } from "@crm/db";
import { createDependencies, seedAdmin } from "@crm/services";
import { createApp } from "../app.ts";
import { applyMigrations } from "../apply-migrations.ts";
import { wantsDemoMailbox } from "../demo-mailbox/find-demo-mailbox.ts";
import type { DemoMailbox } from "../demo-mailbox/start-demo-mailbox.ts";
import { type Config, loadEnv } from "../env.ts";
import { createLogger } from "../logger.ts";
import { openDatabase } from "../open-database.ts";
import { createProgress } from "../progress.ts";
import { readiness } from "../readiness.ts";
import { runUntilStopped } from "../run-until-stopped.ts";
import { serveHttp } from "../serve-http.ts";
import { Starting } from "../starting.ts";
import { welcome } from "../welcome.ts";
import { type BackgroundWorker, startWorker } from "../worker/start-worker.ts";

/** How long load balancers are given to notice that a process is no longer ready, in milliseconds. */
const DRAIN_GRACE = { production: 3_000, otherwise: 250 };

/**
 * `crm serve`: everything that one installation needs, until a signal comes.
 * @throws StartError, EmbeddedPostgresError with a sentence for whoever started it.
 */
export async function serve({ worker: withWorker }: { worker: boolean }): Promise<void> {
  const config = loadEnv(process.env);
  const logger = createLogger(config);
  const progress = createProgress(config, logger);
  const onStopping = () => progress.step("Stopping …");

  await runUntilStopped({ logger, onStopping }, async (shutdown) => {
    const databaseUrl = await openDatabase({ config, progress, shutdown });
    // The port is taken before anything is changed: where it is busy, no admin's password gets lost.
    const starting = new Starting();
    const http = await serveHttp({ ...config, fetch: starting.fetch });
    await shutdown.add("port", () => http.drain(0));
    progress.step("Bringing the database up to date …");
    await applyMigrations(databaseUrl);
    const onError = (error: Error) => logger.warn({ err: error }, "a database connection was lost");
    const { db, pool, close } = connect({ url: databaseUrl, onError });
    await shutdown.add("database connections", close);

    const demo = wantsDemoMailbox(config) ? await startDemo(config) : null;
    if (demo) {
      progress.step(`No mail server is set, so the demo mailbox runs: ${demo.username}, password ${demo.password}`);
      await shutdown.add("demo mailbox", demo.close);
    }
    const mailServers = demo?.mailServers ?? config.mailServers;
    const dependencies = createDependencies({ ...config, db, logger, mailServers });
    await shutdown.add("background work", () => dependencies.background.stop());
    await shutdown.add("rate limits", () => dependencies.limits.close());
    await shutdown.add("revoked tokens", () => dependencies.revocations.close());
    let worker: BackgroundWorker | null = null;
    if (withWorker) {
      progress.step("Starting the background worker …");
      worker = await startWorker({ dependencies, databaseUrl });
      await shutdown.add("background worker", worker.stop);
    }

    const app = createApp({ dependencies, config, ready: readiness({ pool, worker, signal: shutdown.signal }) });
    const grace = config.production ? DRAIN_GRACE.production : DRAIN_GRACE.otherwise;
    await shutdown.add("HTTP", () => http.drain(grace, () => dependencies.liveFeed.close()));
    const { adminUsername: username, adminTempPassword: temporaryPassword } = config;
    const admin = await seedAdmin(dependencies, { username, temporaryPassword });
    starting.ready(app.fetch);
    progress.show(welcome({ url: http.url, admin, demo }));
  });
}

/** Its sample mail is loaded where it is wanted alone. */
async function startDemo(config: Config): Promise<DemoMailbox> {
  const { startDemoMailbox } = await import("../demo-mailbox/start-demo-mailbox.ts");
  return startDemoMailbox(config);
}
