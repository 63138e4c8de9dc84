import { organizations, type Transaction, users } from "@crm/db";
import { and, eq, ne } from "drizzle-orm";
import { ServiceError } from "../errors.ts";

/**
 * Makes those who decide who is an admin take turns, so that each sees what the one before has done. Not the stronger
 * FOR UPDATE: rows that only refer to the organization, audit rows above all, must not have to wait.
 */
export async function lockAdmins(tx: Transaction, organizationId: string): Promise<void> {
  await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, organizationId))
    .for("no key update");
}

/** Sees to it that somebody is left to manage people. Call `lockAdmins` before. @throws ServiceError LAST_ADMIN */
export async function requireAnotherAdmin(
  tx: Transaction,
  { organizationId, userId }: { organizationId: string; userId: string },
): Promise<void> {
  const [another] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.organizationId, organizationId), eq(users.role, "admin"), ne(users.id, userId)))
    .limit(1);
  if (!another) throw new ServiceError("LAST_ADMIN");
}
