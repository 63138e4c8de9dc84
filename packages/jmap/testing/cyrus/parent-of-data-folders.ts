import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";

const MEMORY = "/dev/shm";
/** Bytes. Containers often have far less there. */
const ENOUGH = 2 * 1024 ** 3;

/**
 * Where data folders are made. Cyrus syncs every message to disk, which memory makes several times faster; where there
 * is none to spare, it is the folder for temporary files.
 */
export async function parentOfDataFolders(): Promise<string> {
  try {
    await access(MEMORY, constants.W_OK);
    const { bavail, bsize } = await statfs(MEMORY);
    return bavail * bsize >= ENOUGH ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
