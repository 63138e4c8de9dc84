import type { Database, Transaction } from "../../connect.ts";
import { contacts, type users } from "../../schema/index.ts";
import { insertOne } from "./insert-one.ts";
import { uniqueWord } from "./unique-word.ts";

type Contact = typeof contacts.$inferSelect;

/** A contact of `owner`, without mail. */
export function createContact(
  db: Database | Transaction,
  owner: Pick<typeof users.$inferSelect, "organizationId" | "id">,
  fields: Partial<typeof contacts.$inferInsert> = {},
): Promise<Contact> {
  const { organizationId, id: userId } = owner;
  const email = `${uniqueWord("contact")}@example.test`;
  return insertOne(
    db
      .insert(contacts)
      .values({ organizationId, userId, email, ...fields })
      .returning(),
  );
}
