import type { Transaction } from "@crm/db";
import type { Dependencies } from "../dependencies.ts";
import { inTurn } from "./in-turn.ts";
import { findOwnMailAccount, type MailAccountRow, mirrorOf } from "./mail-account.ts";
import { lockMirror } from "./sync/lease.ts";

/**
 * Changes one's contacts, and whose mail is whose with them, in a transaction in which the sync does not write. Merging
 * contacts with very much mail takes long; a user's other changes wait for it without keeping connections.
 *
 * @param change is given the mail account, or null where none is linked
 */
export const changeMirror = <Result>(
  { db }: Pick<Dependencies, "db">,
  owner: { organizationId: string; userId: string },
  change: (tx: Transaction, account: MailAccountRow | null) => Promise<Result>,
): Promise<Result> =>
  inTurn(db, owner.userId, () =>
    db.transaction(async (tx) => {
      const account = await findOwnMailAccount(tx, owner);
      if (account) await lockMirror(tx, mirrorOf(account));
      return change(tx, account);
    }),
  );
