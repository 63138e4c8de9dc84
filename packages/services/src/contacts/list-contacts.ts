import { contacts } from "@crm/db";
import type { Contact } from "@crm/schemas";
import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { containsFolded } from "../folded-text.ts";
import { decodeCursor, NEVER, toPage } from "../paging.ts";
import { type ContactRow, toContact } from "./own-contact.ts";

export interface ListContactsInput {
  search?: string | undefined;
  tag?: string | undefined;
  sort: "name" | "-addedAt" | "-lastEmailDate";
  limit: number;
  cursor?: string | undefined;
}

const nameKey = sql<string>`crm_fold(coalesce(${contacts.name}, ${contacts.email}))`;
const lastEmailKey = sql`coalesce(${contacts.lastEmailAt}, ${sql.raw(`'${NEVER}'`)}::timestamptz)`;

interface Sort {
  order: SQL[];
  after(cursor: string): SQL;
  keyOf(row: ContactRow & { nameKey: string }): string[];
}

/** Each order with the index that serves it (packages/db, contacts) and the key its pages hang on. */
const SORTS: Record<ListContactsInput["sort"], Sort> = {
  name: {
    order: [sql`${nameKey}`, sql`${contacts.id}`],
    after: (cursor) => {
      const [name, id] = decodeCursor(cursor, "string", "uuid");
      return sql`(${nameKey}, ${contacts.id}) > (${name}, ${id}::uuid)`;
    },
    keyOf: (row) => [row.nameKey, row.id],
  },
  "-addedAt": {
    order: [sql`${contacts.addedAt} DESC`, sql`${contacts.id} DESC`],
    after: (cursor) => {
      const [addedAt, id] = decodeCursor(cursor, "instant", "uuid");
      return sql`(${contacts.addedAt}, ${contacts.id}) < (${addedAt}::timestamptz, ${id}::uuid)`;
    },
    keyOf: (row) => [row.addedAt, row.id],
  },
  "-lastEmailDate": {
    order: [sql`${lastEmailKey} DESC`, sql`${contacts.id} DESC`],
    after: (cursor) => {
      const [at, id] = decodeCursor(cursor, "instantOrNever", "uuid");
      return sql`(${lastEmailKey}, ${contacts.id}) < (${at}::timestamptz, ${id}::uuid)`;
    },
    keyOf: (row) => [row.lastEmailAt ?? NEVER, row.id],
  },
};

/** One's contacts. The search looks into names and addresses, whatever their case and diacritics. */
export async function listContacts(
  { db }: Dependencies,
  actor: Actor,
  input: ListContactsInput,
): Promise<{ items: Contact[]; nextCursor: string | null }> {
  const { order, after, keyOf } = SORTS[input.sort];
  const rows = await db
    .select({ contact: contacts, nameKey })
    .from(contacts)
    .where(
      and(
        eq(contacts.organizationId, actor.organizationId),
        eq(contacts.userId, actor.userId),
        isNull(contacts.mergedIntoId),
        input.search === undefined ? undefined : containsFolded(contacts.search, input.search.trim()),
        input.tag === undefined ? undefined : sql`${contacts.tags} @> ARRAY[${input.tag}::text]`,
        input.cursor === undefined ? undefined : after(input.cursor),
      ),
    )
    .orderBy(...order)
    .limit(input.limit + 1);
  return toPage(
    rows.map(({ contact, nameKey: key }) => ({ ...contact, nameKey: key })),
    input.limit,
    keyOf,
    toContact,
  );
}
