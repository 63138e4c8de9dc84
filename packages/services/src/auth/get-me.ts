import type { User } from "@crm/schemas";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { getUserRow } from "../users/own-user.ts";
import { toUser } from "../users/user-view.ts";

/** Oneself. */
export async function getMe({ db }: Dependencies, actor: Actor): Promise<User> {
  return actor.user ?? toUser(await getUserRow(db, actor));
}
