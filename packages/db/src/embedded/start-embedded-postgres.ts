import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { type Binaries, locateBinaries } from "./binaries.ts";
import { openCluster } from "./cluster.ts";
import { createCluster } from "./create-cluster.ts";
import { prepareDataFolder } from "./data-folder.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { databaseUrl, ensureDatabase } from "./ensure-database.ts";
import { keepPassword } from "./keep-password.ts";
import { lockDataFolder } from "./lock-data-folder.ts";
import { readPostmaster } from "./postmaster.ts";
import { startPostmaster } from "./start-postmaster.ts";
import { stopPostmaster } from "./stop-postmaster.ts";
import { untilUnused } from "./until-unused.ts";

export interface EmbeddedPostgresOptions {
  /** The folder for the data, the password and the log; made when absent. One process at a time may have it. */
  dataDir: string;
  /** @default a free one */
  port?: number;
  /** For tests: quick, and lost at a crash. @default false */
  throwAway?: boolean;
  /** Another PostgreSQL than the one that npm installed. */
  binaries?: Binaries;
  /** Told in a few words what takes longer than a moment. */
  onProgress?: (message: string) => void;
  /** Told when PostgreSQL ends without having been stopped. */
  onUnexpectedExit?: (error: EmbeddedPostgresError) => void;
}

export interface EmbeddedPostgres {
  /** `postgres://…` of the database `crm`, on the loopback interface, with the password. */
  url: string;
  pid: number;
  /** Ends its sessions, writes everything to disk and gives the folder back. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL of our own under `dataDir` and returns when it takes connections. As root it runs under an
 * unprivileged account. It ends with this process, whichever way that ends; what an earlier process left running is
 * stopped first.
 *
 * @throws EmbeddedPostgresError one sentence that says why it cannot be and what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, port = null, throwAway = false, onProgress = () => {}, onUnexpectedExit = () => {} } = options;
  const binaries = options.binaries ?? (await locateBinaries());
  await prepareDataFolder(dataDir);
  const home = await realpath(dataDir);
  const unlock = await lockDataFolder(home);
  let pid: number | null = null;
  try {
    const folder = join(home, "postgres");
    const cluster = await openCluster(folder, binaries);
    const leftOver = await readPostmaster(folder);
    if (leftOver !== null) {
      onProgress("stopping the PostgreSQL that an earlier run left behind");
      await stopPostmaster(leftOver.pid);
    }
    const { password, isNew } = await keepPassword(home, folder);
    if (isNew) onProgress("making the database (only the first time)");
    await createCluster(cluster, { password, throwAway });
    const log = join(home, "postgres.log");
    const running = await startPostmaster(cluster, { port, throwAway, log, onProgress });
    pid = running.pid;
    const url = databaseUrl({ password, port: running.port });
    await ensureDatabase(url);
    let stopping: Promise<void> | null = null;
    running.child.once("exit", (code, signal) => {
      if (stopping !== null) return;
      onUnexpectedExit(new EmbeddedPostgresError(`PostgreSQL ended by itself (${signal ?? code}); its log is ${log}.`));
    });
    const stop = async () => {
      if (!throwAway) await untilUnused(url);
      await stopPostmaster(running.pid, { discard: throwAway });
      await unlock();
    };
    return { url, pid, stop: () => (stopping ??= stop()) };
  } catch (error) {
    if (pid !== null) await stopPostmaster(pid);
    await unlock();
    throw error;
  }
}
