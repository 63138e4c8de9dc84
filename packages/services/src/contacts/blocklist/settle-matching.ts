import { contacts, type Transaction } from "@crm/db";
import { and, eq, inArray, sql } from "drizzle-orm";
import { emitEvents } from "../../events/emit-event.ts";
import type { MirrorKey } from "../../mail/sync/lease.ts";
import { settleContactMail } from "../../mail/sync/settle-contact-mail.ts";
import { toContact } from "../own-contact.ts";

/** Contacts a statement: a blocked domain may have thousands. */
const BATCH = 1_000;

/** Settles the mail of the contacts that a pattern of the blocklist names, and says whose changed. */
export async function settleMatching(tx: Transaction, mirror: MirrorKey, pattern: string): Promise<void> {
  const { organizationId, userId } = mirror;
  const address = sql`lower(${contacts.email})`;
  const matching = await tx
    .selectDistinct({ id: sql<string>`coalesce(${contacts.mergedIntoId}, ${contacts.id})` })
    .from(contacts)
    .where(
      and(
        eq(contacts.organizationId, organizationId),
        eq(contacts.userId, userId),
        pattern.startsWith("@")
          ? sql`'@' || split_part(${address}, '@', -1) = ${pattern}`
          : sql`${address} = ${pattern}`,
      ),
    );
  const changed = await settleContactMail(
    tx,
    mirror,
    matching.map(({ id }) => id),
  );
  for (let start = 0; start < changed.length; start += BATCH) {
    const rows = await tx
      .select()
      .from(contacts)
      .where(
        and(eq(contacts.organizationId, organizationId), inArray(contacts.id, changed.slice(start, start + BATCH))),
      );
    await emitEvents(
      tx,
      mirror,
      rows.map((row) => ({ type: "contact.updated", data: toContact(row) })),
    );
  }
}
