import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";

/** False also for a zombie: nobody may be there to reap the child of a parent that was killed. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  if (process.platform !== "linux") return true;
  const [state] = await linuxStat(pid);
  return state !== undefined && state !== "Z" && state !== "X";
}

/** When the process began, as a word that differs for another process under the same, recycled id. */
export async function processStart(pid: number): Promise<string> {
  if (process.platform !== "linux") return (await ps(pid, "lstart=")).replaceAll(/\s+/g, "_") || "unknown";
  // Clock ticks since the boot (field 22), which mean something within that boot alone.
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  return `${boot.trim().slice(0, 8)}-${(await linuxStat(pid))[19] ?? "unknown"}`;
}

/** True when the process is a `postgres` whose working folder is `cluster`; PostgreSQL always works in its own. */
export async function isPostgresOn(pid: number, cluster: string): Promise<boolean> {
  if (!(await isAlive(pid))) return false;
  if (process.platform !== "linux") return (await ps(pid, "command=")).includes(cluster);
  const [command, folder] = await Promise.all([
    readFile(`/proc/${pid}/comm`, "utf8").catch(() => ""),
    readlink(`/proc/${pid}/cwd`).catch(() => ""),
  ]);
  return command.trim() === "postgres" && folder === cluster;
}

/** The fields of /proc/PID/stat from the state on; the name before them may hold anything, so they follow the last `)`. */
async function linuxStat(pid: number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat === "" ? [] : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

async function ps(pid: number, column: string): Promise<string> {
  const found = await promisify(execFile)("ps", ["-ww", "-o", column, "-p", String(pid)]).catch(() => null);
  return found === null ? "" : found.stdout.trim();
}
