import { organizations, users } from "@crm/db";
import { eq } from "drizzle-orm";
import { checkPasswordPolicy } from "../auth/check-password-policy.ts";
import type { Dependencies } from "../dependencies.ts";
import { generateTemporaryPassword } from "../users/temporary-password.ts";
import { insertFirstAdmin } from "./insert-first-admin.ts";

/** The organization that an installation starts with. */
export const DEFAULT_ORGANIZATION = "default";

export interface SeedAdminInput {
  username: string;
  /** Generated when absent. */
  temporaryPassword?: string | null | undefined;
}

export interface SeededAdmin {
  created: boolean;
  username: string;
  /** To be shown once, to whoever runs the installation; null when there was nothing to create. */
  temporaryPassword: string | null;
}

/**
 * Makes the organization and its first admin, with a temporary password. Does nothing where the organization has
 * users already; of processes that start at once, one creates and the others find it done.
 * @throws ServiceError VALIDATION_ERROR for a given password that the policy refuses.
 */
export async function seedAdmin(
  { db, passwords }: Pick<Dependencies, "db" | "passwords">,
  { username, temporaryPassword }: SeedAdminInput,
): Promise<SeededAdmin> {
  const present = { created: false, username, temporaryPassword: null };
  const seeded = await db
    .select({ id: users.id })
    .from(organizations)
    .innerJoin(users, eq(users.organizationId, organizations.id))
    .where(eq(organizations.slug, DEFAULT_ORGANIZATION))
    .limit(1);
  if (seeded.length > 0) return present;

  const password = temporaryPassword ?? generateTemporaryPassword();
  checkPasswordPolicy(password, username, "ADMIN_TEMP_PASSWORD");
  const passwordHash = await passwords.hash(password);
  return db.transaction(async (tx) => {
    const slug = DEFAULT_ORGANIZATION;
    await tx.insert(organizations).values({ slug, name: "Default" }).onConflictDoNothing();
    // Whoever comes second waits here, and then finds the first one's admin.
    const [organization] = await tx
      .select({ id: organizations.id })
      .from(organizations)
      .where(eq(organizations.slug, slug))
      .for("update");
    if (!organization) throw new Error("the organization was not inserted");
    const organizationId = organization.id;
    const [anybody] = await tx
      .select({ id: users.id })
      .from(users)
      .where(eq(users.organizationId, organizationId))
      .limit(1);
    if (anybody) return present;
    await insertFirstAdmin(tx, { organizationId, username, passwordHash });
    return { created: true, username, temporaryPassword: password };
  });
}
