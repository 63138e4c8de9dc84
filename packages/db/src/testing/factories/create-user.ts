import type { Database, Transaction } from "../../connect.ts";
import { type organizations, users } from "../../schema/index.ts";
import { insertOne } from "./insert-one.ts";
import { uniqueWord } from "./unique-word.ts";

type User = typeof users.$inferSelect;

/** The password of every user and profile that is made without a `passwordHash`. */
export const TEST_PASSWORD = "Correct-Horse-7";
export const TEST_PASSWORD_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$47RqjB8VtzquaXbfPPjyOw$+AYqasCv8WIMyYS916hk3Dwvsu9dciT1tO9dCm9Gj94";

/** A member who is through the onboarding, unless `fields` say otherwise. */
export function createUser(
  db: Database | Transaction,
  organization: Pick<typeof organizations.$inferSelect, "id">,
  fields: Partial<typeof users.$inferInsert> = {},
): Promise<User> {
  return insertOne(
    db
      .insert(users)
      .values({
        organizationId: organization.id,
        username: uniqueWord("user"),
        passwordHash: TEST_PASSWORD_HASH,
        mailboxStep: "skipped",
        ...fields,
      })
      .returning(),
  );
}
