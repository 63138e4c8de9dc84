import { mailSyncs } from "@crm/db";
import type { SyncStatus } from "@crm/schemas";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { findOwnMailAccount, mirrorOf } from "../mail/mail-account.ts";
import { ofAccount } from "../mail/sync/lease.ts";
import { toSyncStatus } from "../mail/sync/sync-status.ts";

/** How far one's mirror is; `none` without a mail account. */
export async function getSyncStatus({ db }: Dependencies, actor: Actor): Promise<SyncStatus> {
  const account = await findOwnMailAccount(db, actor);
  if (!account) return toSyncStatus(null);
  const [sync] = await db
    .select()
    .from(mailSyncs)
    .where(ofAccount(mirrorOf(account)));
  return toSyncStatus(sync ?? null);
}
