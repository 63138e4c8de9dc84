import { mailAccounts, mailSyncs, newId, type Transaction } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import type { Dependencies } from "../dependencies.ts";
import { findOwnMailAccount, type MailAccountRow, mailPasswordContext, mirrorOf } from "./mail-account.ts";
import { closeMailbox } from "./open-mailbox.ts";
import type { MailboxProof } from "./prove-mailbox.ts";
import { lockMirror, ofAccount } from "./sync/lease.ts";
import { unlinkMailAccount } from "./unlink-mail-account.ts";

interface Owner {
  organizationId: string;
  userId: string;
}

/**
 * Stores a mail account whose password was proved. The same mailbox again (another password) keeps what is mirrored;
 * another mailbox takes the place of the one before, whose mirror goes.
 */
export async function linkMailAccount(
  tx: Transaction,
  dependencies: Dependencies,
  { organizationId, userId }: Owner,
  { address, password, proof }: { address: string; password: string; proof: MailboxProof },
): Promise<MailAccountRow> {
  const present = await findOwnMailAccount(tx, { organizationId, userId });
  const stays = present?.sessionUrl === proof.sessionUrl && present.jmapAccountId === proof.jmapAccountId;
  if (present && !stays) await unlinkMailAccount(tx, dependencies, { organizationId, userId });
  const id = present && stays ? present.id : newId();
  const values = {
    address,
    ...proof,
    passwordEncrypted: dependencies.secrets.encrypt(password, mailPasswordContext({ organizationId, userId, id })),
    status: "active" as const,
  };
  if (!(present && stays)) {
    const [account] = await tx
      .insert(mailAccounts)
      .values({ organizationId, userId, id, ...values })
      .returning();
    if (!account) throw new Error("the mail account was not inserted");
    await tx.insert(mailSyncs).values({ organizationId, mailAccountId: id });
    return account;
  }
  await lockMirror(tx, mirrorOf(present));
  const [account] = await tx
    .update(mailAccounts)
    .set({ ...values, updatedAt: sql`now()` })
    .where(and(eq(mailAccounts.organizationId, organizationId), eq(mailAccounts.id, id)))
    .returning();
  if (!account) throw new Error("the mail account is gone");
  await tx
    .update(mailSyncs)
    .set({ failures: 0, retryAt: null })
    .where(ofAccount(mirrorOf(present)));
  closeMailbox(dependencies, id);
  return account;
}
