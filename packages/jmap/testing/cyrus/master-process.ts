import { type ChildProcess, spawn } from "node:child_process";
import { open, readdir, readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { cyrusPaths } from "./coordinates.ts";
import { CYRUS_BIN } from "./why-no-cyrus.ts";

const START_MILLISECONDS = 20_000;
/** How long each way of ending the processes is given. */
const ENDINGS = [
  ["SIGTERM", 5_000],
  ["SIGKILL", 5_000],
] as const;

/** In a process group of its own; the kernel ends the master with this process, and the master its group. */
export async function spawnMaster(dataDir: string): Promise<ChildProcess> {
  const { imapdConf, cyrusConf, log } = cyrusPaths(dataDir);
  const output = await open(log, "a");
  const privileges = ["--reuid=cyrus", "--regid=mail", "--init-groups", "--pdeathsig=TERM"];
  const master = [`${CYRUS_BIN}/master`, "-D", "-C", imapdConf, "-M", cyrusConf, "-p", `${dataDir}/run/master.pid`];
  const child = spawn("setpriv", [...privileges, ...master], {
    detached: true,
    stdio: ["ignore", output.fd, output.fd],
    cwd: dataDir,
  });
  child.unref();
  child.on("error", () => {});
  await output.close();
  return child;
}

/** Resolves when the HTTP service asks for credentials; rejects when the master ends or takes too long. */
export async function untilItAnswers(sessionUrl: string, master: ChildProcess, dataDir: string): Promise<void> {
  for (const deadline = Date.now() + START_MILLISECONDS; Date.now() < deadline; await wait(50)) {
    if (master.pid === undefined || master.exitCode !== null || master.signalCode !== null) break;
    const response = await fetch(sessionUrl, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    await response?.body?.cancel();
    if (response?.status === 401) return;
  }
  const output = await readFile(cyrusPaths(dataDir).log, "utf8").catch(() => "");
  throw new Error(`Cyrus did not start within ${START_MILLISECONDS} ms: ${output.slice(-500)}`);
}

/** Ends the whole process group and returns when nothing of it is left. */
export async function stopMaster({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return;
  for (const [signal, patience] of ENDINGS) {
    try {
      process.kill(-pid, signal);
    } catch {
      return;
    }
    for (const deadline = Date.now() + patience; Date.now() < deadline; await wait(20)) {
      if (!(await isGroupAlive(pid))) return;
    }
  }
}

/** Zombies do not count: where process 1 is no init, nobody reaps the daemons among them. */
async function isGroupAlive(leader: number): Promise<boolean> {
  const pids = (await readdir("/proc")).filter((name) => /^[0-9]+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")));
  return stats.some((stat) => {
    // The name in parentheses may hold anything, so fields are counted from the last of them.
    const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(group) === leader && state !== "Z" && state !== "X";
  });
}
