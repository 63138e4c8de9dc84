import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { isAlive, processStart } from "./processes.ts";

/** Gives the folder back. */
export type Unlock = () => Promise<void>;

/**
 * Takes the folder for this process alone, until it unlocks it or dies. The lock of a dead process is taken over.
 *
 * @throws EmbeddedPostgresError when a living process holds it
 */
export async function lockDataFolder(dataDir: string): Promise<Unlock> {
  const path = join(dataDir, "crm.lock");
  const own = `${process.pid} ${await processStart(process.pid)} ${randomBytes(6).toString("hex")}\n`;
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, own, { mode: 0o644 });
  try {
    // Each round that fails has met another process that was quicker, so a few rounds are plenty.
    for (let round = 0; round < 20; round++) {
      // A link appears with its content, and fails where a lock is: no moment shows a lock without its owner.
      if (await linked(draft, path)) return () => unlock(path, own);
      const found = await readFile(path, "utf8").catch(() => null);
      if (found === null) continue;
      const holder = await livingHolder(found);
      if (holder !== null) {
        throw new EmbeddedPostgresError(
          `The data folder ${dataDir} is in use by another crm (process ${holder}); stop that one first, or set DATA_DIR to another folder.`,
        );
      }
      await removeStale(path, found);
    }
    throw new EmbeddedPostgresError(`The data folder ${dataDir} cannot be locked; remove ${path} and start again.`);
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The pid, or null when its process is gone or the number now belongs to another one. */
async function livingHolder(lock: string): Promise<number | null> {
  const [pid, start] = lock.trim().split(" ");
  const holder = Number(pid);
  if (!Number.isInteger(holder) || holder <= 0 || !(await isAlive(holder))) return null;
  return (await processStart(holder)) === start ? holder : null;
}

/** Between reading a stale lock and removing it, another process may have put its own there: that one goes back. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, "utf8")) !== stale) await linked(aside, path);
  await rm(aside, { force: true });
}

async function unlock(path: string, own: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(() => null)) === own) await rm(path, { force: true });
}
