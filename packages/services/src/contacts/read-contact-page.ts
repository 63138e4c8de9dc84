import { contacts, type Database, toIsoInstant } from "@crm/db";
import type { Contact } from "@crm/schemas";
import { type SQL, sql } from "drizzle-orm";
import { containsFolded } from "../folded-text.ts";
import { NEVER } from "../paging.ts";

export type ContactSort = "name" | "-addedAt" | "-lastEmailDate";

/** A contact as the database lists it; where the order is that of names, with the key that it is sorted by. */
export type ListedContact = Contact & { sortKey?: string };

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

/** What is shown of a contact, and no more. */
const COLUMNS = {
  id: contacts.id,
  email: contacts.email,
  name: contacts.name,
  notes: contacts.notes,
  tags: contacts.tags,
  emailCount: contacts.emailCount,
  unreadCount: contacts.unreadCount,
  lastEmailDate: contacts.lastEmailAt,
  addedAt: contacts.addedAt,
  createdAt: contacts.createdAt,
  updatedAt: contacts.updatedAt,
} as const satisfies Record<keyof Contact, unknown>;

/** The filters that a list may have; the statement holds only those that are asked for. */
const FILTERS: Partial<Record<keyof PageQuery, SQL>> = {
  search: containsFolded(contacts.search, given("search")),
  tag: sql`${contacts.tags} @> ARRAY[${given("tag")}::text]`,
};

type Column = readonly unknown[];
type Name = keyof typeof COLUMNS | "sortKey";
const INSTANTS: ReadonlySet<Name> = new Set<Name>(["lastEmailDate", "addedAt", "createdAt", "updatedAt"]);

const namesOf = (sort: ContactSort): Name[] => [
  ...(Object.keys(COLUMNS) as Name[]),
  ...(sort === "name" ? (["sortKey"] as const) : []),
];

/**
 * A page in one JSON text, column by column: parsing it costs less than receiving as many rows with as many fields.
 */
export async function readContactPage(db: Database, sort: ContactSort, query: PageQuery): Promise<ListedContact[]> {
  const [answer] = await statement(db, sort, query).execute({ ...query });
  const columns = JSON.parse(answer?.page ?? "[]") as (Column | null)[];
  const [ids] = columns;
  if (!ids) return [];
  const rows = ids.map((): Partial<Record<Name, unknown>> => ({}));
  for (const [place, name] of namesOf(sort).entries()) {
    const values = columns[place] ?? [];
    const isInstant = INSTANTS.has(name);
    for (const [index, row] of rows.entries()) {
      const value = values[index];
      row[name] = isInstant && typeof value === "string" ? toIsoInstant(value) : value;
    }
  }
  return rows as unknown as ListedContact[];
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
  const columns = Object.entries(COLUMNS).map(([as, column]) => sql`${column} AS ${sql.identifier(as)}`);
  if (sort === "name") columns.push(sql`${nameKey} AS "sortKey"`);
  const wanted = [
    sql`${contacts.organizationId} = ${given("organizationId")}`,
    sql`${contacts.userId} = ${given("userId")}`,
    sql`${contacts.mergedIntoId} IS NULL`,
    ...Object.entries(FILTERS).flatMap(([field, filter]) => (field in query ? [filter] : [])),
    ...("afterId" in query ? [after] : []),
  ];
  const rows = sql`SELECT ${sql.join(columns, sql`, `)} FROM ${contacts} WHERE ${sql.join(wanted, sql` AND `)} ORDER BY ${order} LIMIT ${given("limit")}`;
  const asColumns = namesOf(sort).map((as) => sql`json_agg(page.${sql.identifier(as)})`);
  return db
    .select({ page: sql<string>`json_build_array(${sql.join(asColumns, sql`, `)})::text` })
    .from(sql`(${rows}) page`)
    .prepare(name);
}
