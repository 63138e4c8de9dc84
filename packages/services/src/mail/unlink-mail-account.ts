import { mailAccounts, type Transaction } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { Dependencies } from "../dependencies.ts";
import { findOwnMailAccount, mirrorOf } from "./mail-account.ts";
import { closeMailbox } from "./open-mailbox.ts";
import { lockMirrorIfLinked } from "./sync/lease.ts";
import { clearMirror } from "./sync/reset-mirror.ts";

/**
 * Forgets one's mail account: credentials, index and mirrored mail. Contacts stay. A sync that is running finds its
 * lease gone.
 *
 * @returns false when there was none
 */
export async function unlinkMailAccount(
  tx: Transaction,
  dependencies: Dependencies,
  owner: { organizationId: string; userId: string },
): Promise<boolean> {
  const account = await findOwnMailAccount(tx, owner);
  // Of two that unlink it at once, the second waits here and finds nothing left.
  if (!account || !(await lockMirrorIfLinked(tx, mirrorOf(account)))) return false;
  await clearMirror(tx, mirrorOf(account));
  await tx
    .delete(mailAccounts)
    .where(and(eq(mailAccounts.organizationId, account.organizationId), eq(mailAccounts.id, account.id)));
  closeMailbox(dependencies, account.id);
  return true;
}
