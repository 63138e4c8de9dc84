import { contacts, type Database } from "@crm/db";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { csvLine } from "./transfer/csv-line.ts";
import { writeVcard } from "./transfer/write-vcard.ts";

/** A file of any size, made while it is being taken. */
export interface FileStream {
  /** For the Content-Type. */
  type: string;
  name: string;
  pieces: AsyncGenerator<string, void, undefined>;
}

/** Contacts that are in memory at a time. */
const BATCH = 1_000;

/** A contact and every address that is its own, the one it goes by first. */
type ExportedContact = Pick<typeof contacts.$inferSelect, "name" | "notes" | "tags"> & {
  emails: [string, ...string[]];
};

const FORMATS = {
  csv: {
    type: "text/csv; charset=utf-8",
    name: "contacts.csv",
    header: csvLine(["email", "name", "notes", "tags"]),
    write: ({ emails: [email], name, notes, tags }: ExportedContact) => csvLine([email, name, notes, tags.join(";")]),
  },
  vcard: {
    type: "text/vcard; charset=utf-8",
    name: "contacts.vcf",
    header: "",
    write: ({ emails, ...details }: ExportedContact) => writeVcard(emails, details),
  },
} as const;

/** All of one's contacts as a file that `importContacts` reads, in the order in which they were added. */
export function exportContacts(
  { db }: Dependencies,
  actor: Actor,
  { format }: { format: keyof typeof FORMATS },
): FileStream {
  const { type, name, header, write } = FORMATS[format];
  return { type, name, pieces: pieces() };

  async function* pieces() {
    if (header !== "") yield header;
    for await (const batch of batches(db, actor)) yield batch.map(write).join("");
  }
}

async function* batches(db: Database, { organizationId, userId }: Actor): AsyncGenerator<ExportedContact[]> {
  const { email, name, notes, tags, addedAt, id } = contacts;
  for (let last: { addedAt: string; id: string } | undefined; ; ) {
    const rows = await db
      .select({ email, name, notes, tags, addedAt, id })
      .from(contacts)
      .where(
        and(
          eq(contacts.organizationId, organizationId),
          eq(contacts.userId, userId),
          isNull(contacts.mergedIntoId),
          last && sql`(${addedAt}, ${id}) > (${last.addedAt}::timestamptz, ${last.id}::uuid)`,
        ),
      )
      .orderBy(addedAt, id)
      .limit(BATCH);
    const merged = await mergedAddresses(
      db,
      organizationId,
      rows.map((row) => row.id),
    );
    if (rows.length > 0) yield rows.map((row) => ({ ...row, emails: [row.email, ...(merged.get(row.id) ?? [])] }));
    last = rows.at(-1);
    if (rows.length < BATCH) return;
  }
}

async function mergedAddresses(
  db: Database,
  organizationId: string,
  ids: string[],
): Promise<ReadonlyMap<string | null, string[]>> {
  const rows = await db
    .select({ into: contacts.mergedIntoId, email: contacts.email })
    .from(contacts)
    .where(and(eq(contacts.organizationId, organizationId), inArray(contacts.mergedIntoId, ids)))
    .orderBy(contacts.id);
  const addresses = new Map<string | null, string[]>();
  for (const { into, email } of rows) addresses.set(into, [...(addresses.get(into) ?? []), email]);
  return addresses;
}
