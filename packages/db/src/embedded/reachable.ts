import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Account } from "./unprivileged-user.ts";

/** True when `account` may pass through every folder above `path`. Kept to the classic permission bits. */
export async function isReachable(path: string, account: Account): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
