import { profiles } from "@crm/db";
import type { Profile } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import type { ShopActor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { takenError } from "../users/taken-error.ts";
import { checkProfilePassword } from "./check-profile-password.ts";
import { getProfileRow, isProfile, noSuchProfile, visibleTo } from "./own-profile.ts";
import { VIEWED_COLUMNS } from "./profile-view.ts";

export interface UpdateProfileInput {
  id: string;
  name: string;
  email: string;
  /** The old one stays when absent. */
  password?: string | undefined;
}

/**
 * Replaces name and address, and the password where one is given. A new password ends the profile's tokens, all but the
 * one that it was changed with.
 * @throws ServiceError NOT_FOUND, FORBIDDEN, EMAIL_TAKEN, VALIDATION_ERROR, OVERLOADED
 */
export async function updateProfile(
  { db, passwords }: Dependencies,
  actor: ShopActor,
  { id, name, email, password }: UpdateProfileInput,
): Promise<Profile> {
  if (password !== undefined) checkProfilePassword(password, email);
  // A hash is dear: it is made for nobody who is not there, and outside of the transaction.
  await getProfileRow(db, actor, id);
  const credentials = password !== undefined && {
    passwordHash: await passwords.hash(password),
    tokenVersion: sql`${profiles.tokenVersion} + 1`,
    keptTokenId: isProfile(actor) ? actor.token.tokenId : null,
  };
  try {
    return await db.transaction(async (tx) => {
      const before = await getProfileRow(tx, actor, id);
      const [row] = await tx
        .update(profiles)
        .set({ name, email, updatedAt: sql`now()`, ...credentials })
        .where(and(visibleTo(actor), eq(profiles.id, id)))
        .returning(VIEWED_COLUMNS);
      if (!row) throw noSuchProfile(actor, id);
      await recordAudit(tx, actor, {
        organizationId: actor.organizationId,
        userId: actor.userId,
        username: actor.username,
        action: "profile.update",
        resource: "profile",
        resourceId: id,
        oldValue: { name: before.name, email: before.email },
        newValue: { name, email, passwordChanged: password !== undefined },
      });
      return row;
    });
  } catch (error) {
    throw takenError(error) ?? error;
  }
}
