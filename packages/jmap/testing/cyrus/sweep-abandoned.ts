import { readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cyrusPaths } from "./coordinates.ts";

/** Removes data folders whose starter died before it could. Those without an owner yet are left alone. */
export async function sweepAbandoned(prefix: string): Promise<void> {
  const parent = dirname(prefix);
  const names = (await readdir(parent)).filter((name) => name.startsWith(basename(prefix)));
  for (const dataDir of names.map((name) => join(parent, name))) {
    const owner = Number(await readFile(cyrusPaths(dataDir).owner, "utf8").catch(() => "0"));
    if (owner > 0 && !isAlive(owner)) await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
