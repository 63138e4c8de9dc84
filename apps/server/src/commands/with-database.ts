import type { Logger } from "@crm/services";
import { type Config, loadEnv } from "../env.ts";
import { createLogger } from "../logger.ts";
import { joinDatabase } from "../open-database.ts";
import { quietProgress } from "../progress.ts";
import { Shutdown } from "../shutdown.ts";

/**
 * Runs a command that needs the database for a moment, and closes what was opened for it. Standard output is the
 * answer's alone: steps and the log go to standard error.
 */
export async function withDatabase<Result>(
  run: (opened: { config: Config; databaseUrl: string; logger: Logger }) => Promise<Result>,
): Promise<Result> {
  const config = loadEnv(process.env);
  const logger = createLogger(config, process.stderr.fd);
  const shutdown = new Shutdown(logger);
  try {
    const databaseUrl = await joinDatabase({ config, progress: quietProgress(process.stderr), shutdown });
    return await run({ config, databaseUrl, logger });
  } finally {
    await shutdown.run();
  }
}
