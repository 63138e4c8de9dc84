import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
    await mkdir(dataDir, { recursive: true, mode: 0o711 });
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
