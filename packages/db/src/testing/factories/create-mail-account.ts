import type { Database, Transaction } from "../../connect.ts";
import { mailAccounts, type users } from "../../schema/index.ts";
import { insertOne } from "./insert-one.ts";
import { uniqueWord } from "./unique-word.ts";

type MailAccount = typeof mailAccounts.$inferSelect;

/** A linked mailbox of `owner`. Its password decrypts to nothing and nobody answers at its URL unless `fields` say so. */
export function createMailAccount(
  db: Database | Transaction,
  owner: Pick<typeof users.$inferSelect, "organizationId" | "id">,
  fields: Partial<typeof mailAccounts.$inferInsert> = {},
): Promise<MailAccount> {
  const { organizationId, id: userId } = owner;
  return insertOne(
    db
      .insert(mailAccounts)
      .values({
        organizationId,
        userId,
        address: `${uniqueWord("mailbox")}@example.test`,
        sessionUrl: "http://127.0.0.1:9/.well-known/jmap",
        jmapAccountId: uniqueWord("account"),
        passwordEncrypted: "",
        ...fields,
      })
      .returning(),
  );
}
