import { organizations } from "@crm/db";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { generateTemporaryPassword } from "../users/temporary-password.ts";
import { insertFirstAdmin } from "./insert-first-admin.ts";
import { operatorOf } from "./operator.ts";

export interface CreateOrganizationInput {
  /** What its people sign in with beside their names; unique in the installation. */
  slug: string;
  name: string;
  /** The username of its first admin. */
  admin: string;
}

export interface CreatedOrganization {
  slug: string;
  name: string;
  /** The password is in this answer and nowhere else, and good for 72 hours. */
  admin: { username: string; temporaryPassword: string };
}

/** Makes an organization with one admin. For whoever runs the installation. @throws ServiceError CONFLICT, OVERLOADED */
export async function createOrganization(
  { db, passwords }: Pick<Dependencies, "db" | "passwords">,
  { slug, name, admin }: CreateOrganizationInput,
): Promise<CreatedOrganization> {
  const temporaryPassword = generateTemporaryPassword();
  const passwordHash = await passwords.hash(temporaryPassword);
  await db.transaction(async (tx) => {
    const [organization] = await tx.insert(organizations).values({ slug, name }).onConflictDoNothing().returning();
    if (!organization) throw new ServiceError("CONFLICT", { message: `There is an organization ${slug} already.` });
    const operator = operatorOf(organization.id);
    await recordAudit(tx, operator, {
      organizationId: organization.id,
      userId: null,
      username: operator.username,
      action: "organization.create",
      resource: "organization",
      resourceId: organization.id,
      newValue: { slug, name },
    });
    await insertFirstAdmin(tx, { organizationId: organization.id, username: admin, passwordHash });
  });
  return { slug, name, admin: { username: admin, temporaryPassword } };
}
