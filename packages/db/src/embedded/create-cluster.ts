import { once } from "node:events";
import { chown, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { type Cluster, isInitialized } from "./cluster.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { spawnInCluster } from "./spawn-in-cluster.ts";

export interface CreateClusterOptions {
  password: string;
  /** Skips waiting for the disk. */
  throwAway: boolean;
}

/** The database's superuser. */
export const SUPERUSER = "crm";

/**
 * Makes the cluster unless it is there. It is made beside its place and renamed, so that a crash on the way leaves
 * nothing that looks like one.
 *
 * @throws EmbeddedPostgresError with what initdb said
 */
export async function createCluster(cluster: Cluster, { password, throwAway }: CreateClusterOptions): Promise<void> {
  const { folder, account, major } = cluster;
  if (await isInitialized(folder)) return;
  await removeDrafts(folder);
  const draft = `${folder}.new`;
  await mkdir(draft, { mode: 0o700 });
  if (account !== null) await chown(draft, account.uid, account.gid);
  const secret = await passwordFile(`${draft}-password`, password, cluster);
  try {
    const initdb = await spawnInCluster(
      { ...cluster, folder: draft },
      "initdb",
      (data) => [
        ...["-D", data, "--username", SUPERUSER, "--pwfile", "/dev/stdin", "--auth", "scram-sha-256"],
        ...["--encoding", "UTF8", "--no-instructions", ...localeOf(major)],
        ...(throwAway ? ["--no-sync"] : []),
      ],
      { stdio: [secret.fd, "ignore", "pipe"] },
    );
    const [said, [code]] = await Promise.all([
      initdb.stderr === null ? "" : text(initdb.stderr),
      once(initdb, "exit") as Promise<[number | null]>,
    ]);
    if (code !== 0) throw new EmbeddedPostgresError(`PostgreSQL cannot make its data folder: ${lastLine(said)}.`);
    await rename(draft, folder);
  } finally {
    await secret.close();
    await removeDrafts(folder);
  }
}

/** The same order of letters on every machine: that of the code points. Case and classes of letters are Unicode's. */
function localeOf(major: number): string[] {
  const locale = process.platform === "darwin" ? "en_US.UTF-8" : "C.UTF-8";
  const provider = major >= 17 ? ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"] : [];
  return ["--locale", locale, ...provider];
}

/** An open file without a name, which initdb's account may read: the password is never in a list of processes. */
async function passwordFile(path: string, password: string, { account }: Cluster) {
  const file = await open(path, "wx+", 0o600);
  await rm(path);
  // Written at a position, so that the offset, which initdb may share, stays at the start.
  await file.write(`${password}\n`, 0);
  if (account !== null) await file.chown(account.uid, account.gid);
  return file;
}

async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.new`)) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function lastLine(output: string): string {
  const lines = output.split("\n").filter((line) => line.includes("error") || line.includes("FATAL"));
  return (lines.at(-1) ?? output.trim().split("\n").at(-1) ?? "no reason given")
    .replace(/^.*?(error|FATAL): */, "")
    .trim();
}
