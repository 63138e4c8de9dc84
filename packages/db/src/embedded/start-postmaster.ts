import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile, stat } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { freePort } from "./free-port.ts";
import { readPostmaster } from "./postmaster.ts";
import { settings } from "./settings.ts";
import { spawnInCluster } from "./spawn-in-cluster.ts";

const MAX_LOG_BYTES = 5_000_000;
/** Replaying the log after a crash can take a while; longer than this and something else is wrong. */
const START_TIMEOUT = 300_000;
/** Failures that pass: the port was taken in between; backends of a killed PostgreSQL still finish. */
const PASSING = /could not create any TCP\/IP sockets|is still in use|lock file "postmaster\.pid" already exists/;
const ATTEMPTS = 8;

export interface StartPostmasterOptions {
  /** A free one when null. */
  port: number | null;
  throwAway: boolean;
  /** Path of the file that PostgreSQL's messages go to. */
  log: string;
  onProgress: (message: string) => void;
}

export interface RunningPostmaster {
  pid: number;
  port: number;
  child: ChildProcess;
}

/**
 * Starts PostgreSQL on the cluster and returns when it takes connections.
 *
 * @throws EmbeddedPostgresError with the reason that its log gives
 */
export async function startPostmaster(cluster: Cluster, options: StartPostmasterOptions): Promise<RunningPostmaster> {
  for (let attempt = 1; ; attempt++) {
    const started = await attemptStart(cluster, options.port ?? (await freePort()), options);
    if (typeof started !== "string") return started;
    if (attempt === ATTEMPTS || !PASSING.test(started)) {
      throw new EmbeddedPostgresError(`PostgreSQL did not start: ${reasonIn(started)} (its log is ${options.log}).`);
    }
    await wait(100 * attempt);
  }
}

/** The running PostgreSQL, or what its log said when it ended instead. */
async function attemptStart(
  cluster: Cluster,
  port: number,
  { throwAway, log, onProgress }: StartPostmasterOptions,
): Promise<RunningPostmaster | string> {
  const size = await stat(log).then(
    ({ size }) => size,
    () => 0,
  );
  const file = await open(log, size > MAX_LOG_BYTES ? "w" : "a", 0o600);
  const start = size > MAX_LOG_BYTES ? 0 : size;
  // A process group of its own: the terminal's Ctrl-C is for us, and we stop PostgreSQL when nobody needs it any more.
  const child = await spawnInCluster(
    cluster,
    "postgres",
    (data) => ["-D", data, ...settings({ major: cluster.major, port, throwAway })],
    { stdio: ["ignore", file.fd, file.fd], detached: true },
  );
  await file.close();
  const { pid } = child;
  if (pid === undefined) return "no process";
  // Should we die without a word, the pipe closes, and this one-line watchman stops PostgreSQL in our stead.
  const watchman = spawn("/bin/sh", ["-c", `read -r line || kill -${throwAway ? "QUIT" : "INT"} "$0"`, String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watchman.unref();
  // A pipe is a socket and can be unref'd, which the type of a stream does not say.
  (watchman.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  child.once("exit", () => watchman.kill("SIGKILL"));
  child.unref();
  const begun = Date.now();
  let told = false;
  while (child.exitCode === null && child.signalCode === null) {
    const postmaster = await readPostmaster(cluster.folder);
    if (postmaster?.pid === pid && postmaster.status === "ready") return { pid, port, child };
    if (!told && Date.now() - begun > 3_000) {
      told = true;
      onProgress("PostgreSQL is recovering from an unclean end");
    }
    if (Date.now() - begun > START_TIMEOUT) child.kill("SIGQUIT");
    await wait(10);
  }
  return (await readFile(log, "utf8")).slice(start);
}

function reasonIn(log: string): string {
  const reasons = log.split("\n").flatMap((line) => /(?:FATAL|PANIC|ERROR):\s+(.*)/.exec(line)?.[1] ?? []);
  return reasons.at(-1) ?? log.trim().split("\n").at(-1) ?? "it gave no reason";
}
