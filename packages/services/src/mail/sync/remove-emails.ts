import type { Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import { countUnreadMail } from "./count-unread-mail.ts";
import type { MirrorKey } from "./lease.ts";
import { recountThreads } from "./recount-threads.ts";

/**
 * Takes mirrored messages away, and out of the counts that they are in.
 *
 * @returns how many there were
 */
export async function removeEmails(
  tx: Transaction,
  mirror: MirrorKey,
  selection: { jmapIds: readonly string[] } | { emailIds: readonly string[] },
): Promise<number> {
  const { organizationId, mailAccountId } = mirror;
  const selected =
    "jmapIds" in selection
      ? sql`e.jmap_id = ANY (${sql.param([...selection.jmapIds])}::text[])`
      : sql`e.id = ANY (${sql.param([...selection.emailIds])}::uuid[])`;
  const removed = await tx.execute<{ id: string; thread_id: string; is_read: boolean }>(sql`
    SELECT e.id, e.thread_id, e.is_read FROM emails e
    WHERE e.organization_id = ${organizationId} AND e.mail_account_id = ${mailAccountId} AND ${selected}`);
  if (removed.rows.length === 0) return 0;
  const ids = sql.param(removed.rows.map((row) => row.id));

  const unlinked = await tx.execute<{ contact_id: string }>(sql`
    WITH unlinked AS (
      DELETE FROM email_contacts l USING emails e
      WHERE l.organization_id = ${organizationId} AND l.email_id = ANY (${ids}::uuid[])
        AND e.organization_id = l.organization_id AND e.id = l.email_id
      RETURNING l.contact_id, e.is_read
    )
    UPDATE contacts c SET email_count = c.email_count - d.emails, unread_count = c.unread_count - d.unread
    FROM (SELECT contact_id, count(*) AS emails, count(*) FILTER (WHERE NOT is_read) AS unread
          FROM unlinked GROUP BY contact_id) d
    WHERE c.organization_id = ${organizationId} AND c.id = d.contact_id
    RETURNING c.id AS contact_id`);
  await tx.execute(sql`DELETE FROM emails WHERE organization_id = ${organizationId} AND id = ANY (${ids}::uuid[])`);
  await countUnreadMail(tx, mirror, -removed.rows.filter((row) => !row.is_read).length);
  // A statement does not see its own deletions, so the last date is looked up after them.
  await tx.execute(sql`
    UPDATE contacts c
    SET last_email_at = (SELECT max(l.received_at) FROM email_contacts l
                         WHERE l.organization_id = c.organization_id AND l.contact_id = c.id)
    WHERE c.organization_id = ${organizationId}
      AND c.id = ANY (${sql.param(unlinked.rows.map((row) => row.contact_id))}::uuid[])`);
  await recountThreads(
    tx,
    mirror,
    removed.rows.map((row) => row.thread_id),
  );
  return removed.rows.length;
}
