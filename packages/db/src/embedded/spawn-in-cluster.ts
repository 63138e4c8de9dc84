import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Cluster } from "./cluster.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

/**
 * Runs one of PostgreSQL's programs on the cluster, as its account, with the folder as its working folder.
 *
 * `args` is handed the path under which the program finds the data. Below a closed folder that is /proc/self/cwd:
 * the working folder is entered while we are still root, and everything from there on is the account's own.
 *
 * @throws EmbeddedPostgresError when the program cannot be run
 */
export async function spawnInCluster(
  { folder, binaries, account, reachable }: Cluster,
  program: "initdb" | "postgres",
  args: (data: string) => string[],
  options: Pick<SpawnOptions, "stdio" | "detached">,
): Promise<ChildProcess> {
  const child = spawn(join(binaries, "bin", program), args(reachable ? folder : "/proc/self/cwd"), {
    ...options,
    ...account,
    cwd: folder,
    // Nothing of ours: no secrets, and no PG… variable of somebody's shell that would steer it.
    env: { PATH: "/usr/bin:/bin", LANG: "C", TZ: "UTC" },
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    const { message } = error as Error;
    throw new EmbeddedPostgresError(`PostgreSQL's ${program} cannot be run: ${message}.`, { cause: error });
  }
  return child;
}
