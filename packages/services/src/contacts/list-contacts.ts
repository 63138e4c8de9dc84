import type { Contact } from "@crm/schemas";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, NEVER, toPage } from "../paging.ts";
import { type ContactSort, type ListedContact, readContactPage } from "./read-contact-page.ts";

export interface ListContactsInput {
  search?: string | undefined;
  tag?: string | undefined;
  sort: ContactSort;
  limit: number;
  cursor?: string | undefined;
}

/** What the pages of each order hang on: the type of its sort key, and the key itself. */
const CURSORS = {
  name: { type: "string", keyOf: (row) => row.sortKey ?? "" },
  "-addedAt": { type: "instant", keyOf: (row) => row.addedAt },
  "-lastEmailDate": { type: "instantOrNever", keyOf: (row) => row.lastEmailDate ?? NEVER },
} as const satisfies Record<ContactSort, { type: string; keyOf(row: ListedContact): string }>;

/** One's contacts. The search looks into names and addresses, whatever their case and diacritics. */
export async function listContacts(
  { db }: Dependencies,
  { organizationId, userId }: Actor,
  { search, tag, sort, limit, cursor }: ListContactsInput,
): Promise<{ items: Contact[]; nextCursor: string | null }> {
  const { type, keyOf } = CURSORS[sort];
  const [afterKey, afterId] = cursor === undefined ? [] : decodeCursor(cursor, type, "uuid");
  const rows = await readContactPage(db, sort, {
    organizationId,
    userId,
    limit: limit + 1,
    ...(search !== undefined && { search: search.trim() }),
    ...(tag !== undefined && { tag }),
    ...(cursor !== undefined && { afterKey, afterId }),
  });
  return toPage(
    rows,
    limit,
    (row) => [keyOf(row), row.id],
    ({ sortKey: _, ...contact }) => contact,
  );
}
