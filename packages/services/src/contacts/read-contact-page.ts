import { contacts, type Database } from "@crm/db";
import { type SQL, sql } from "drizzle-orm";
import { containsFolded } from "../folded-text.ts";
import { BETWEEN_ITEMS, NEVER } from "../paging.ts";

export type ContactSort = "name" | "-addedAt" | "-lastEmailDate";

interface ContactPage {
  /** As JSON in UTF-8, with BETWEEN_ITEMS between them; one contact more than asked for where there are more. */
  contacts: Buffer;
  hasMore: boolean;
  /** What the last one of the page is sorted by in the order of names; "" in the others. */
  foldedName: string;
}

/** Those that are absent are not asked for. */
interface PageQuery {
  organizationId: string;
  userId: string;
  limit: number;
  search?: string;
  tag?: string;
  afterKey?: string | undefined;
  afterId?: string | undefined;
}

const nameKey = sql`crm_fold(coalesce(${contacts.name}, ${contacts.email}))`;
const lastEmailKey = sql`coalesce(${contacts.lastEmailAt}, ${sql.raw(`'${NEVER}'`)}::timestamptz)`;
const given = (name: keyof PageQuery) => sql.placeholder(name);

/** Each order with the index that serves it (packages/db, contacts). */
const SORTS: Record<ContactSort, { order: SQL; after: SQL }> = {
  name: {
    order: sql`${nameKey}, ${contacts.id}`,
    after: sql`(${nameKey}, ${contacts.id}) > (${given("afterKey")}, ${given("afterId")}::uuid)`,
  },
  "-addedAt": {
    order: sql`${contacts.addedAt} DESC, ${contacts.id} DESC`,
    after: sql`(${contacts.addedAt}, ${contacts.id}) < (${given("afterKey")}::timestamptz, ${given("afterId")}::uuid)`,
  },
  "-lastEmailDate": {
    order: sql`${lastEmailKey} DESC, ${contacts.id} DESC`,
    after: sql`(${lastEmailKey}, ${contacts.id}) < (${given("afterKey")}::timestamptz, ${given("afterId")}::uuid)`,
  },
};

/** The filters that a list may have; the statement holds only those that are asked for. */
const FILTERS: Partial<Record<keyof PageQuery, SQL>> = {
  search: containsFolded(contacts.search, given("search")),
  tag: sql`${contacts.tags} @> ARRAY[${given("tag")}::text]`,
};

/** The page as JSON, which PostgreSQL has ready: its text is not even decoded here. */
export async function readContactPage(db: Database, sort: ContactSort, query: PageQuery): Promise<ContactPage> {
  const [answer] = await statement(db, sort, query).execute({ ...query });
  const { contacts, hasMore = false, foldedName } = answer ?? {};
  return { contacts: Buffer.from(contacts ?? "", "base64"), hasMore, foldedName: foldedName ?? "" };
}

const prepared = new WeakMap<Database, Map<string, ReturnType<typeof prepare>>>();

function statement(db: Database, sort: ContactSort, query: PageQuery) {
  const statements = prepared.get(db) ?? new Map<string, ReturnType<typeof prepare>>();
  prepared.set(db, statements);
  const parts = ["search", "tag", "afterId"].filter((field) => field in query);
  const key = ["contacts", sort, ...parts].join("_");
  // What is searched for decides which index is the right one: without a name PostgreSQL plans anew each time.
  const name = "search" in query || "tag" in query ? "" : key;
  const found = statements.get(key) ?? prepare(db, name, sort, query);
  statements.set(key, found);
  return found;
}

function prepare(db: Database, name: string, sort: ContactSort, query: PageQuery) {
  const { order, after } = SORTS[sort];
  const wanted = [
    sql`${contacts.organizationId} = ${given("organizationId")}`,
    sql`${contacts.userId} = ${given("userId")}`,
    sql`${contacts.mergedIntoId} IS NULL`,
    ...Object.entries(FILTERS).flatMap(([field, filter]) => (field in query ? [filter] : [])),
    ...("afterId" in query ? [after] : []),
  ];
  const [key, lastKey] =
    sort === "name"
      ? [sql`, ${nameKey} AS key`, sql`(array_agg(page.key))[${given("limit")}::int]`]
      : [sql``, sql`NULL`];
  const page = sql`(SELECT ${contacts.shown}${key} FROM ${contacts}
    WHERE ${sql.join(wanted, sql` AND `)} ORDER BY ${order} LIMIT ${given("limit")}::int + 1) page`;
  return db
    .select({
      // The driver makes strings of everything, and Node takes ten times as long for UTF-8 as for this.
      contacts: sql<string | null>`encode(convert_to(string_agg(page.shown, ${BETWEEN_ITEMS}), 'UTF8'), 'base64')`,
      hasMore: sql<boolean>`count(*) > ${given("limit")}`,
      foldedName: sql<string | null>`${lastKey}`,
    })
    .from(page)
    .prepare(name);
}
