import type { Contact } from "@crm/schemas";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { getContactRow, toContact } from "./own-contact.ts";

/** A contact of one's own. @throws ServiceError NOT_FOUND */
export async function getContact({ db }: Dependencies, actor: Actor, { id }: { id: string }): Promise<Contact> {
  return toContact(await getContactRow(db, actor, id));
}
