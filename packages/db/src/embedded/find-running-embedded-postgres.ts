import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { databaseUrl } from "./ensure-database.ts";
import { keepPassword } from "./keep-password.ts";
import { readPostmaster } from "./postmaster.ts";

/**
 * The `postgres://…` of the embedded PostgreSQL that another process runs on `dataDir`, or null when there is none: for
 * commands that work on the database of a running server.
 */
export async function findRunningEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const home = await realpath(dataDir).catch(() => null);
  if (home === null) return null;
  const cluster = join(home, "postgres");
  const postmaster = await readPostmaster(cluster);
  if (postmaster?.status !== "ready") return null;
  const { password } = await keepPassword(home, cluster);
  return databaseUrl({ password, port: postmaster.port });
}
