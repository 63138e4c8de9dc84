import { spawn } from "node:child_process";
import { existsSync, watch } from "node:fs";
import { loadEnvironmentFile } from "./environment-file.mjs";
import { ROOT } from "./run.mjs";
import { readWorkspace } from "./workspace.mjs";

/** Editors write a file in several steps, and several files at once; milliseconds of quiet before a restart. */
const QUIET = 150;
const NODE = ["--conditions=@crm/source", "--import=tsx", "--enable-source-maps"];

/** Runs `crm serve` from the sources until a signal comes, and starts it anew after each change. */
export async function runAndReload(args) {
  loadEnvironmentFile();
  /** @type {import("node:child_process").ChildProcess | null} */
  let child = null;
  /** What is to follow when the child has ended: nothing (it ended by itself), a start, or our own end. */
  let next = "wait";
  let quiet;

  const start = () => {
    next = "wait";
    child = spawn(process.execPath, [...NODE, "apps/server/src/crm.ts", "serve", ...args], {
      cwd: ROOT,
      stdio: "inherit",
    });
    child.once("exit", (code) => {
      child = null;
      if (next === "end") process.exit(code ?? 0);
      if (next === "start") start();
      else process.stdout.write("\nThe server has ended; it starts again at the next change.\n");
    });
  };
  const restart = () => {
    if (next === "end") return;
    if (child === null) return start();
    if (next === "start") return;
    next = "start";
    process.stdout.write("\nA source has changed.\n");
    child.kill("SIGTERM");
  };
  for (const { folder } of await readWorkspace()) {
    for (const inside of [`${folder}/src`, `${folder}/migrations`].filter(existsSync)) {
      watch(inside, { recursive: true }, (_event, name) => {
        if (!/\.(ts|tsx|json|sql)$/.test(name ?? "")) return;
        clearTimeout(quiet);
        quiet = setTimeout(restart, QUIET);
      });
    }
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      next = "end";
      if (child === null) process.exit(0);
      // The terminal sends Ctrl-C to the child as well, and a second one would cut its ending short.
      if (signal !== "SIGINT") child.kill(signal);
    });
  }
  start();
}
