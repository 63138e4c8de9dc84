import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isPostgresOn } from "./processes.ts";

/** What a running PostgreSQL writes into `postmaster.pid`. */
export interface Postmaster {
  pid: number;
  port: number;
  /** "starting", "ready" or "stopping"; empty in the first moments. */
  status: string;
}

/**
 * The PostgreSQL that runs on `cluster` (a real path), or null when there is none, whatever a left-over pid file says:
 * process ids are recycled, and the one in the file may by now be something else altogether.
 */
export async function readPostmaster(cluster: string): Promise<Postmaster | null> {
  const text = await readFile(join(cluster, "postmaster.pid"), "utf8").catch(() => null);
  if (text === null) return null;
  // pid, data folder, start time, port, socket folder, address, shared memory key, status
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !(await isPostgresOn(pid, cluster))) return null;
  return { pid, port: Number(lines[3]), status: (lines[7] ?? "").trim() };
}
