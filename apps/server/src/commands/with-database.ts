import type { Logger } from "@crm/services";
import { type Config, loadEnv } from "../env.ts";
import { createLogger } from "../logger.ts";
import { joinDatabase } from "../open-database.ts";
import { createProgress, type Progress } from "../progress.ts";
import { Shutdown } from "../shutdown.ts";

/** Runs a command that needs the database for a moment, and closes what was opened for it. */
export async function withDatabase(
  run: (opened: { config: Config; databaseUrl: string; logger: Logger; progress: Progress }) => Promise<void>,
): Promise<void> {
  const config = loadEnv(process.env);
  const logger = createLogger(config);
  const progress = createProgress(config, logger);
  const shutdown = new Shutdown(logger);
  try {
    const databaseUrl = await joinDatabase({ config, progress, shutdown });
    await run({ config, databaseUrl, logger, progress });
  } finally {
    await shutdown.run();
  }
}
