import type { Profile } from "@crm/schemas";
import type { ShopActor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { getProfileRow } from "./own-profile.ts";

/** @throws ServiceError NOT_FOUND, also for somebody else's; FORBIDDEN */
export const getProfile = ({ db }: Dependencies, actor: ShopActor, { id }: { id: string }): Promise<Profile> =>
  getProfileRow(db, actor, id);
