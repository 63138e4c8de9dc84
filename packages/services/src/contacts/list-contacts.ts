import type { Contact } from "@crm/schemas";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, NEVER, toWrittenPage, type WrittenPage } from "../paging.ts";
import { type ContactSort, readContactPage } from "./read-contact-page.ts";

export interface ListContactsInput {
  search?: string | undefined;
  tag?: string | undefined;
  sort: ContactSort;
  limit: number;
  cursor?: string | undefined;
}

/** What the pages of each order hang on: the type of its sort key, and the key itself. */
const CURSORS = {
  name: { type: "string", keyOf: (_, foldedName) => foldedName },
  "-addedAt": { type: "instant", keyOf: (contact) => contact.addedAt },
  "-lastEmailDate": { type: "instantOrNever", keyOf: (contact) => contact.lastEmailDate ?? NEVER },
} as const satisfies Record<ContactSort, { type: string; keyOf(contact: Contact, foldedName: string): string }>;

/** One's contacts. The search looks into names and addresses, whatever their case and diacritics. */
export async function listContacts(
  { db }: Dependencies,
  { organizationId, userId }: Actor,
  { search, tag, sort, limit, cursor }: ListContactsInput,
): Promise<WrittenPage<Contact>> {
  const { type, keyOf } = CURSORS[sort];
  const [afterKey, afterId] = cursor === undefined ? [] : decodeCursor(cursor, type, "uuid");
  const { contacts, hasMore, foldedName } = await readContactPage(db, sort, {
    organizationId,
    userId,
    limit,
    ...(search !== undefined && { search: search.trim() }),
    ...(tag !== undefined && { tag }),
    ...(cursor !== undefined && { afterKey, afterId }),
  });
  return toWrittenPage<Contact>(contacts, hasMore, (last) => [keyOf(last, foldedName), last.id]);
}
