import { organizations, profiles } from "@crm/db";
import type { Profile } from "@crm/schemas";
import { eq } from "drizzle-orm";
import type { Caller } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { DEFAULT_ORGANIZATION } from "../organizations/seed-admin.ts";
import { takenError } from "../users/taken-error.ts";
import { nameInLog } from "./authenticate-profile.ts";
import { checkProfilePassword } from "./check-profile-password.ts";
import { VIEWED_COLUMNS } from "./profile-view.ts";

export interface CreateProfileInput {
  name: string;
  email: string;
  password: string;
}

/**
 * A customer signs up, in the organization that the installation started with.
 * @throws ServiceError EMAIL_TAKEN, VALIDATION_ERROR, OVERLOADED
 */
export async function createProfile(
  { db, passwords }: Dependencies,
  caller: Caller,
  { name, email, password }: CreateProfileInput,
): Promise<Profile> {
  checkProfilePassword(password, email);
  // Before anybody looks whether the address is taken, so that both cost the same.
  const passwordHash = await passwords.hash(password);
  const [organization] = await db
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.slug, DEFAULT_ORGANIZATION));
  if (!organization) throw new Error("the installation has no organization");
  const entry = {
    organizationId: organization.id,
    userId: null,
    username: nameInLog(email),
    action: "profile.create",
    resource: "profile",
    newValue: { name, email },
  } as const;
  try {
    return await db.transaction(async (tx) => {
      const [row] = await tx
        .insert(profiles)
        .values({ organizationId: organization.id, name, email, passwordHash })
        .returning(VIEWED_COLUMNS);
      if (!row) throw new Error("the profile was not inserted");
      await recordAudit(tx, caller, { ...entry, resourceId: row.id });
      return row;
    });
  } catch (error) {
    const taken = takenError(error);
    if (taken) await recordAudit(db, caller, { ...entry, errorMessage: taken.message });
    throw taken ?? error;
  }
}
