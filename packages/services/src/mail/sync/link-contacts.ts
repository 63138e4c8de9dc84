import type { Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import { rowsAs } from "../../rows.ts";
import type { MirrorKey } from "./lease.ts";

/** Says that a mirrored message is a contact's. */
export interface ContactLink {
  contactId: string;
  emailId: string;
}

/** Links messages with contacts, and counts them in there. Links that are there already count once. */
export async function linkContacts(
  tx: Transaction,
  { organizationId }: MirrorKey,
  links: readonly ContactLink[],
): Promise<void> {
  if (links.length === 0) return;
  const rows = links.map(({ contactId, emailId }) => ({ contact_id: contactId, email_id: emailId }));
  await tx.execute(sql`
    WITH links AS (
      INSERT INTO email_contacts (organization_id, contact_id, email_id, received_at)
      SELECT e.organization_id, r.contact_id, e.id, e.received_at
      FROM ${rowsAs(rows, "contact_id uuid, email_id uuid")}
      JOIN emails e ON e.organization_id = ${organizationId} AND e.id = r.email_id
      ON CONFLICT DO NOTHING
      RETURNING contact_id, email_id, received_at
    )
    UPDATE contacts c
    SET email_count = c.email_count + d.emails, unread_count = c.unread_count + d.unread,
        last_email_at = greatest(c.last_email_at, d.last_at)
    FROM (SELECT links.contact_id, count(*) AS emails, count(*) FILTER (WHERE NOT e.is_read) AS unread,
                 max(links.received_at) AS last_at
          FROM links JOIN emails e ON e.organization_id = ${organizationId} AND e.id = links.email_id
          GROUP BY links.contact_id) d
    WHERE c.organization_id = ${organizationId} AND c.id = d.contact_id`);
}
