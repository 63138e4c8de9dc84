import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isInitialized } from "./cluster.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

/**
 * The password of the cluster in `cluster`, made on the first call. The caller holds the folder's lock.
 *
 * @throws EmbeddedPostgresError when the cluster is there and its password is not
 */
export async function keepPassword(dataDir: string, cluster: string): Promise<{ password: string; isNew: boolean }> {
  const path = join(dataDir, "postgres-password");
  const isNew = !(await isInitialized(cluster));
  const existing = (await readFile(path, "utf8").catch(absent)).trim();
  if (existing !== "") return { password: existing, isNew };
  if (!isNew) {
    throw new EmbeddedPostgresError(
      `The password of the database in ${cluster} is gone; restore the file ${path} from a backup.`,
    );
  }
  const password = randomBytes(24).toString("base64url");
  const draft = `${path}.new`;
  await writeFile(draft, `${password}\n`, { mode: 0o600, flush: true });
  await rename(draft, path);
  return { password, isNew };
}

function absent(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}
