import { type Database, mailAccounts, type Transaction } from "@crm/db";
import { and, eq } from "drizzle-orm";
import { ServiceError } from "../errors.ts";
import type { AccountKey, MirrorKey } from "./sync/lease.ts";

export type MailAccountRow = typeof mailAccounts.$inferSelect;

interface Owner {
  organizationId: string;
  userId: string;
}

/** One's mail account, or null. */
export async function findOwnMailAccount(db: Database | Transaction, owner: Owner): Promise<MailAccountRow | null> {
  const [account] = await db
    .select()
    .from(mailAccounts)
    .where(and(eq(mailAccounts.organizationId, owner.organizationId), eq(mailAccounts.userId, owner.userId)));
  return account ?? null;
}

/** One's mail account. @throws ServiceError MAILBOX_NOT_LINKED */
export async function getOwnMailAccount(db: Database | Transaction, owner: Owner): Promise<MailAccountRow> {
  const account = await findOwnMailAccount(db, owner);
  if (!account) throw new ServiceError("MAILBOX_NOT_LINKED");
  return account;
}

/** The account behind a mirror, or null when it was unlinked. */
export async function findMailAccount(db: Database | Transaction, key: AccountKey): Promise<MailAccountRow | null> {
  const [account] = await db
    .select()
    .from(mailAccounts)
    .where(and(eq(mailAccounts.organizationId, key.organizationId), eq(mailAccounts.id, key.mailAccountId)));
  return account ?? null;
}

export const mirrorOf = ({ organizationId, id, userId }: MailAccountRow): MirrorKey => ({
  organizationId,
  mailAccountId: id,
  userId,
});

/** Binds an encrypted mail password to its row. */
export const mailPasswordContext = (account: { organizationId: string; userId: string; id: string }) =>
  ["mail_accounts.password", account.organizationId, account.userId, account.id] as const;

/** The account's own addresses, lower case; mail from any of them is outbound. */
export const ownAddresses = (account: Pick<MailAccountRow, "address" | "identityAddresses">): ReadonlySet<string> =>
  new Set([account.address, ...account.identityAddresses].map((address) => address.toLowerCase()));
