import { sql } from "drizzle-orm";
import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, newId } from "./columns.ts";

/** Tenants. The one table without an `organization_id`: it is the reference that the others point to. */
export const organizations = pgTable("organizations", {
  id: uuid().primaryKey().$defaultFn(newId),
  slug: text().notNull().unique(),
  name: text().notNull(),
  createdAt: instant().notNull().default(sql`now()`),
  updatedAt: instant().notNull().default(sql`now()`),
});
