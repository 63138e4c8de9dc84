import type { Database, Transaction } from "../../connect.ts";
import { type organizations, profiles } from "../../schema/index.ts";
import { TEST_PASSWORD_HASH } from "./create-user.ts";
import { insertOne } from "./insert-one.ts";
import { uniqueWord } from "./unique-word.ts";

type Profile = typeof profiles.$inferSelect;

/** A customer of the shop, with `TEST_PASSWORD`. */
export function createProfile(
  db: Database | Transaction,
  organization: Pick<typeof organizations.$inferSelect, "id">,
  fields: Partial<typeof profiles.$inferInsert> = {},
): Promise<Profile> {
  return insertOne(
    db
      .insert(profiles)
      .values({
        organizationId: organization.id,
        name: "Jana Nováková",
        email: `${uniqueWord("customer")}@example.test`,
        passwordHash: TEST_PASSWORD_HASH,
        ...fields,
      })
      .returning(),
  );
}
