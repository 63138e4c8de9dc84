import type { Database, Transaction } from "../../connect.ts";
import { organizations } from "../../schema/index.ts";
import { insertOne } from "./insert-one.ts";
import { uniqueWord } from "./unique-word.ts";

type Organization = typeof organizations.$inferSelect;

/** A tenant; give `slug: "default"` for the one that a sign-in without an organization means. */
export function createOrganization(
  db: Database | Transaction,
  fields: Partial<typeof organizations.$inferInsert> = {},
): Promise<Organization> {
  const slug = uniqueWord("org");
  return insertOne(
    db
      .insert(organizations)
      .values({ slug, name: `Organization ${slug}`, ...fields })
      .returning(),
  );
}
