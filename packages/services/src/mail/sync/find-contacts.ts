import { contacts, type Transaction } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import { isBlocked } from "../../contacts/blocklist/is-blocked.ts";
import type { MirrorKey } from "./lease.ts";

/**
 * Which of the addresses (lower case) are contacts of the mirror's owner: address → contact id. An address that was
 * merged is the contact's that stayed; a blocked one is nobody's.
 */
export async function findContacts(
  tx: Transaction,
  mirror: MirrorKey,
  addresses: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(addresses)];
  if (wanted.length === 0) return new Map();
  const { organizationId, userId } = mirror;
  const address = sql<string>`lower(${contacts.email})`;
  const rows = await tx
    .select({ id: sql<string>`coalesce(${contacts.mergedIntoId}, ${contacts.id})`, address })
    .from(contacts)
    .where(
      and(
        eq(contacts.organizationId, organizationId),
        eq(contacts.userId, userId),
        sql`${address} = ANY (${sql.param(wanted)}::text[])`,
        sql`NOT ${isBlocked(mirror, sql`lower(contacts.email)`)}`,
      ),
    )
    .prepare("find_contacts")
    .execute();
  return new Map(rows.map((row) => [row.address, row.id]));
}
