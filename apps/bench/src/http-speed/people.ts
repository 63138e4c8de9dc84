import { connect, contacts, organizations, users } from "@crm/db";
import { benchDependencies } from "../bench-dependencies.ts";

export const PASSWORD = "Correct-Horse-7";
const CONTACTS = 300;

export interface Person {
  organizationId: string;
  userId: string;
  username: string;
}

/** Fills an empty, migrated database with people who have an own password and 300 contacts each. */
export async function fillWithPeople(url: string, count: number): Promise<Person[]> {
  const { db, pool, close } = connect({ url });
  const { passwords, background, limits } = benchDependencies(db);
  const passwordHash = await passwords.hash(PASSWORD);
  const [organization] = await db.insert(organizations).values({ slug: "default", name: "Bench" }).returning();
  if (!organization) throw new Error("the organization was not inserted");
  const people = await db
    .insert(users)
    .values(
      Array.from({ length: count }, (_, index) => ({
        organizationId: organization.id,
        passwordHash,
        username: `person${index}`,
        email: `person${index}@mail.example`,
        firstName: "Jana",
        lastName: `Horváthová ${index}`,
        mailboxStep: "skipped" as const,
      })),
    )
    .returning({ organizationId: users.organizationId, userId: users.id, username: users.username });
  for (const { organizationId, userId } of people) {
    await db
      .insert(contacts)
      .values(Array.from({ length: CONTACTS }, (_, index) => contact(index, organizationId, userId)));
  }
  await pool.query("VACUUM ANALYZE");
  await background.stop();
  await limits.close();
  await close();
  return people;
}

const at = (minutes: number) => new Date(1_790_000_000_000 + minutes * 60_000).toISOString();

const contact = (index: number, organizationId: string, userId: string): typeof contacts.$inferInsert => ({
  organizationId,
  userId,
  email: `customer.${index}@company-${index % 40}.example`,
  name: `Zákazník Číslo ${index}`,
  notes:
    index % 3 === 0 ? "Met at the fair in Brno; wants the price list in the spring, calls rather than writes." : null,
  tags: index % 2 === 0 ? ["customer", "vip"] : [],
  emailCount: index,
  unreadCount: index % 5,
  lastEmailAt: index % 4 === 0 ? null : at(index * 7),
  addedAt: at(index),
  createdAt: at(index),
  updatedAt: at(index * 2),
});
