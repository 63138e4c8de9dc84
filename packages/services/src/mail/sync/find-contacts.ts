import { contacts, type Transaction } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import type { MirrorKey } from "./lease.ts";

/** Which of the addresses (lower case) are contacts of the mirror's owner: address → contact id. */
export async function findContacts(
  tx: Transaction,
  { organizationId, userId }: MirrorKey,
  addresses: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(addresses)];
  if (wanted.length === 0) return new Map();
  const address = sql<string>`lower(${contacts.email})`;
  const rows = await tx
    .select({ id: contacts.id, address })
    .from(contacts)
    .where(
      and(
        eq(contacts.organizationId, organizationId),
        eq(contacts.userId, userId),
        sql`${address} = ANY (${sql.param(wanted)}::text[])`,
      ),
    );
  return new Map(rows.map((row) => [row.address, row.id]));
}
