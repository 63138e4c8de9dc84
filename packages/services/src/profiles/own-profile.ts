import { type Database, profiles, type Transaction } from "@crm/db";
import type { Profile } from "@crm/schemas";
import { and, eq, type SQL } from "drizzle-orm";
import type { ProfileActor, ShopActor } from "../actor.ts";
import { ServiceError } from "../errors.ts";
import { requireAdmin } from "../users/require-admin.ts";
import { VIEWED_COLUMNS } from "./profile-view.ts";

export const isProfile = (actor: ShopActor): actor is ProfileActor => "profileId" in actor;

/** Of the organization's profiles those that are the actor's to see: itself, or for an admin all. @throws FORBIDDEN */
export function visibleTo(actor: ShopActor): SQL | undefined {
  if (!isProfile(actor)) requireAdmin(actor);
  const ofOrganization = eq(profiles.organizationId, actor.organizationId);
  return isProfile(actor) ? and(ofOrganization, eq(profiles.id, actor.profileId)) : ofOrganization;
}

/** Nothing there that is the actor's to see; whose own profile is gone is signed in no more. */
export const noSuchProfile = (actor: ShopActor, id: string): ServiceError =>
  isProfile(actor) && actor.profileId === id
    ? new ServiceError("UNAUTHORIZED")
    : new ServiceError("NOT_FOUND", { message: "There is no such profile." });

/** @throws ServiceError NOT_FOUND, also for what is somebody else's; UNAUTHORIZED, FORBIDDEN */
export async function getProfileRow(db: Database | Transaction, actor: ShopActor, id: string): Promise<Profile> {
  const [row] = await db
    .select(VIEWED_COLUMNS)
    .from(profiles)
    .where(and(visibleTo(actor), eq(profiles.id, id)));
  if (!row) throw noSuchProfile(actor, id);
  return row;
}
