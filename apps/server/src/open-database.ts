import { setTimeout as wait } from "node:timers/promises";
import { connect, findRunningEmbeddedPostgres, startEmbeddedPostgres } from "@crm/db";
import type { Config } from "./env.ts";
import { makeFolder } from "./make-folder.ts";
import type { Progress } from "./progress.ts";
import type { Shutdown } from "./shutdown.ts";
import { StartError } from "./start-error.ts";

/** The oldest PostgreSQL that is tested, as `server_version_num` counts. */
const OLDEST = 150_000;
/** How long a database may take to come up beside us, in milliseconds. */
const PATIENCE = 5_000;

interface Opening {
  config: Pick<Config, "databaseUrl" | "dataDir">;
  progress: Progress;
  shutdown: Shutdown;
}

/**
 * The URL of the database that is configured, or of the embedded one, which is started for that and stopped at
 * shutdown.
 * @throws StartError, EmbeddedPostgresError
 */
export async function openDatabase({ config, progress, shutdown }: Opening): Promise<string> {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl !== null) {
    progress.step(`Connecting to the database at ${new URL(databaseUrl).host} …`);
    await proveDatabase(databaseUrl, shutdown.signal);
    return databaseUrl;
  }
  progress.step(`Starting PostgreSQL in ${dataDir} …`);
  try {
    makeFolder(dataDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`DATA_DIR should be a folder that can be written, but ${dataDir} is not (${code}).`);
  }
  const postgres = await startEmbeddedPostgres({
    dataDir,
    onProgress: progress.detail,
    onUnexpectedExit: (error) => {
      process.stderr.write(`${error.message}\n`);
      void shutdown.run().then(() => process.exit(1));
    },
  });
  await shutdown.add("PostgreSQL", () => postgres.stop());
  return postgres.url;
}

/** The same for a command that may run beside a server: the embedded PostgreSQL of a running one is used as it is. */
export async function joinDatabase(opening: Opening): Promise<string> {
  const running =
    opening.config.databaseUrl === null ? await findRunningEmbeddedPostgres(opening.config.dataDir) : null;
  return running ?? openDatabase(opening);
}

async function proveDatabase(url: string, signal: AbortSignal): Promise<void> {
  const { pool, close } = connect({ url, maxConnections: 1 });
  const giveUpAt = Date.now() + PATIENCE;
  try {
    const version = await firstAnswer();
    if (version < OLDEST) {
      throw new StartError(`The database is PostgreSQL ${Math.floor(version / 10_000)}; it should be 15 or later.`);
    }
  } finally {
    await close();
  }

  async function firstAnswer(): Promise<number> {
    for (;;) {
      try {
        const { rows } = await pool.query("SELECT current_setting('server_version_num')::int AS version");
        return rows[0].version;
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        // Refused or still starting up (57P03) may pass; a wrong password or name will not.
        const mayPass = code === "ECONNREFUSED" || code === "57P03" || code === "ENOTFOUND";
        if (!mayPass || Date.now() > giveUpAt) throw unreachable(url, message || code || "no answer", error);
        await wait(500, undefined, { signal });
      }
    }
  }
}

const unreachable = (url: string, reason: string, cause: unknown) =>
  new StartError(
    `The database at ${new URL(url).host} cannot be used (${reason.split("\n")[0]}); start it, or correct DATABASE_URL.`,
    { cause },
  );
