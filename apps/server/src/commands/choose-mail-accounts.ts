import { type ListedMailAccount, listMailAccounts, ServiceError } from "@crm/services";
import type { AsOperator } from "./as-operator.ts";

/** The mail account of one user, or all of the organization. @throws ServiceError NOT_FOUND, MAILBOX_NOT_LINKED */
export async function chooseMailAccounts(
  { dependencies, operator, find }: AsOperator,
  username: string | undefined,
): Promise<ListedMailAccount[]> {
  const accounts = await listMailAccounts(dependencies, operator);
  if (username === undefined) return accounts;
  const user = await find(username);
  const chosen = accounts.filter((account) => account.username === user.username);
  if (chosen.length > 0) return chosen;
  throw new ServiceError("MAILBOX_NOT_LINKED", { message: `${user.username} has linked no mailbox.` });
}
