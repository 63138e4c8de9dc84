import { lchown, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Binaries, reachableBinaries } from "./binaries.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { isReachable } from "./reachable.ts";
import { type Account, chooseUnprivilegedUser } from "./unprivileged-user.ts";

/** A PostgreSQL data folder, and how to run something on it. */
export interface Cluster {
  /** Real path of the data folder, which may not exist yet. */
  folder: string;
  /** The folder with `bin`. */
  binaries: string;
  major: number;
  /** Whom PostgreSQL runs as; null for the one we run as. */
  account: Account | null;
  /** False when `account` may not pass through a folder above the data. */
  reachable: boolean;
}

/**
 * Settles who runs PostgreSQL on `folder`, and from where.
 *
 * @throws EmbeddedPostgresError when the data belongs to somebody else, is of another version, or cannot be reached
 */
export async function openCluster(folder: string, binaries: Binaries & { version?: string }): Promise<Cluster> {
  const owner = await stat(folder).then(
    ({ uid }) => uid,
    () => null,
  );
  const common = { folder, major: binaries.major };
  const uid = process.getuid?.();
  if (uid !== 0) {
    if (owner !== null && owner !== uid) {
      throw new EmbeddedPostgresError(
        `The database in ${folder} belongs to another user (uid ${owner}); start the CRM as that user or as root.`,
      );
    }
    await checkVersion(folder, binaries.major);
    return { ...common, binaries: binaries.folder, account: null, reachable: true };
  }
  await checkVersion(folder, binaries.major);
  const account = await chooseUnprivilegedUser(owner ?? 0);
  // A copy made by root, from a backup for instance, belongs to root.
  if (owner === 0) await giveTo(account, folder);
  const reachable = await isReachable(folder, account);
  if (!reachable && process.platform !== "linux") {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, and other users cannot reach ${folder}; set DATA_DIR to a folder that they can reach, or start the CRM as an ordinary user.`,
    );
  }
  const { folder: original, version = String(binaries.major) } = binaries;
  return { ...common, binaries: await reachableBinaries({ folder: original, version }, account), account, reachable };
}

/** True once `initdb` is through; it works on a draft beside the folder. */
export async function isInitialized(folder: string): Promise<boolean> {
  return (await readVersion(folder)) !== null;
}

async function checkVersion(folder: string, major: number): Promise<void> {
  const version = await readVersion(folder);
  if (version === null || version === String(major)) return;
  throw new EmbeddedPostgresError(
    `The database in ${folder} was made by PostgreSQL ${version} and this release brings PostgreSQL ${major}; move the data over with pg_dump, or set DATA_DIR to another folder.`,
  );
}

async function readVersion(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, "PG_VERSION"), "utf8").catch(() => null);
  return text === null ? null : text.trim();
}

async function giveTo({ uid, gid }: Account, folder: string): Promise<void> {
  await lchown(folder, uid, gid);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), uid, gid);
  }
}
