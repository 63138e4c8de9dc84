import type { Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import type { MirrorKey } from "./lease.ts";

/** Which mirrored messages: some by their own id, or all that name an address (lower case). */
type MirrorSelection = { emailIds: readonly string[] } | { address: string };

/** Says whose mail mirrored messages are, by the index, and counts them in at their contacts. */
export async function linkContacts(
  tx: Transaction,
  { organizationId, mailAccountId, userId }: MirrorKey,
  selection: MirrorSelection,
): Promise<{ emailId: string; contactId: string }[]> {
  const selected =
    "address" in selection
      ? sql`p.address = ${selection.address}`
      : sql`e.id = ANY (${sql.param([...selection.emailIds])}::uuid[])`;
  const links = await tx.execute<{ email_id: string; contact_id: string }>(sql`
    WITH links AS (
      INSERT INTO email_contacts (organization_id, contact_id, email_id, received_at)
      SELECT e.organization_id, c.id, e.id, e.received_at
      FROM emails e
      JOIN mailbox_people p ON p.organization_id = e.organization_id AND p.mail_account_id = e.mail_account_id
                           AND p.jmap_id = e.jmap_id
      JOIN contacts c ON c.organization_id = e.organization_id AND c.user_id = ${userId} AND lower(c.email) = p.address
      WHERE e.organization_id = ${organizationId} AND e.mail_account_id = ${mailAccountId} AND ${selected}
      ON CONFLICT DO NOTHING
      RETURNING contact_id, email_id, received_at
    ), counted AS (
      UPDATE contacts c
      SET email_count = c.email_count + d.emails, unread_count = c.unread_count + d.unread,
          last_email_at = greatest(c.last_email_at, d.last_at)
      FROM (SELECT links.contact_id, count(*) AS emails, count(*) FILTER (WHERE NOT e.is_read) AS unread,
                   max(links.received_at) AS last_at
            FROM links JOIN emails e ON e.organization_id = ${organizationId} AND e.id = links.email_id
            GROUP BY links.contact_id) d
      WHERE c.organization_id = ${organizationId} AND c.id = d.contact_id
    )
    SELECT email_id, contact_id FROM links`);
  return links.rows.map((row) => ({ emailId: row.email_id, contactId: row.contact_id }));
}
