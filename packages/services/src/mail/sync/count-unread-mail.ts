import { mailSyncs, type Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import { type MirrorKey, ofAccount } from "./lease.ts";

/** Unread messages that came into the mirror, or went out of it. The mirror is locked, and with it the row that counts. */
export async function countUnreadMail(tx: Transaction, mirror: MirrorKey, change: number): Promise<void> {
  if (change === 0) return;
  await tx
    .update(mailSyncs)
    .set({ unreadCount: sql`${mailSyncs.unreadCount} + ${change}` })
    .where(ofAccount(mirror));
}
