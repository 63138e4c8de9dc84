import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and the missing ones above it. Node's own `recursive` never ends where a file system refuses new
 * folders with ENOENT, as /proc does.
 * @throws the error of the file system.
 */
export function makeFolder(path: string, mode = 0o711): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
