import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startEmbeddedPostgres } from "@crm/db";
import { Client } from "pg";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const KEEPER = fileURLToPath(new URL("keep-postgres.ts", import.meta.url));

/** `nobody` of Debian and of most others. */
export const NOBODY = { uid: 65_534, gid: 65_534 };
export const isRoot = process.getuid?.() === 0;

/** A folder for one suite's data folders, with one that holds a database with a table to copy from. */
export async function makeNest() {
  const nest = await mkdtemp(join(tmpdir(), "crm-embedded-"));
  await chmod(nest, 0o711);
  const original = join(nest, "original");
  const { url, stop } = await startEmbeddedPostgres({ dataDir: original });
  await query(url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('Žltý kôň')");
  await stop();
  let count = 0;
  return {
    folder: nest,
    async copy(): Promise<string> {
      count += 1;
      const copy = join(nest, `copy-${count}`);
      await promisify(execFile)("cp", ["-a", original, copy]);
      return copy;
    },
    remove: () => rm(nest, { recursive: true, force: true }),
  };
}

export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts PostgreSQL from another process; `answer` is what that process said. */
export async function keepInOtherProcess(dataDir: string, account: { uid?: number; gid?: number } = {}) {
  const keeper = spawn(process.execPath, ["--conditions=@crm/source", "--import=tsx", KEEPER, dataDir], {
    ...account,
    cwd: ROOT,
    env: { PATH: process.env.PATH, TMPDIR: tmpdir() },
    stdio: ["ignore", "pipe", "inherit"],
    // As a shell does for what it starts.
    detached: true,
  });
  const exited = once(keeper, "exit");
  const [line] = (await once(createInterface({ input: keeper.stdout }), "line")) as [string];
  const answer = JSON.parse(line) as { url: string; pid: number; error?: string };
  return {
    answer,
    pid: keeper.pid as number,
    async end(signal: NodeJS.Signals) {
      keeper.kill(signal);
      await exited;
    },
  };
}

/** Resolves when the process is gone, a zombie that nobody reaps included. */
export async function untilGone(pid: number): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await wait(20)) {
    if ((await statOf(pid)).state === undefined || (await statOf(pid)).state === "Z") return;
  }
  throw new Error(`process ${pid} is still there`);
}

/** State and process group, from /proc. */
export async function statOf(pid: number): Promise<{ state: string | undefined; group: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [state, , group] = stat === "" ? [] : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state, group: Number(group) };
}

/** Processes whose command line, with spaces between its words, matches. */
export async function findProcesses(pattern: RegExp): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return pids.filter((_, index) => pattern.test(commands[index]?.replaceAll("\0", " ") ?? "")).map(Number);
}
