import { randomBytes } from "node:crypto";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOTDIR: "it lies below a file",
  EEXIST: "it is a file",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOENT: "it cannot be made there",
};

/**
 * Makes the data folder, and proves that a file can be written into it.
 *
 * @throws EmbeddedPostgresError when it cannot
 */
export async function prepareDataFolder(dataDir: string): Promise<void> {
  try {
    // Others may pass through, not look: as root, PostgreSQL runs as somebody else and has to reach its own folder.
    await makeFolder(dataDir);
    const probe = join(dataDir, `.write-${randomBytes(6).toString("hex")}`);
    await writeFile(probe, "x");
    await rm(probe);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} cannot be written to (${REASONS[code] ?? code}); make it writable, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
}

/** Node's own `recursive` never returns where the system answers ENOENT for a folder whose parent is there (/proc). */
async function makeFolder(path: string): Promise<void> {
  const make = () =>
    mkdir(path, { mode: 0o711 }).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST" || !(await stat(path)).isDirectory()) throw error;
    });
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make();
  });
}
