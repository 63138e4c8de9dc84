import type { Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import { rowsAs } from "../../rows.ts";
import { countUnreadMail } from "./count-unread-mail.ts";
import type { MirrorKey } from "./lease.ts";
import { recountThreads } from "./recount-threads.ts";

/** What came of flags: how many mirrored messages changed, and which of them were read or unread by that. */
export interface FlagChanges {
  changed: number;
  /** Ids of ours. */
  turned: string[];
}

interface Flags {
  jmapId: string;
  isRead: boolean;
  isFlagged: boolean;
}

/** Brings the flags of mirrored messages to what the server says, and the counts that depend on them. */
export async function changeFlags(tx: Transaction, mirror: MirrorKey, flags: readonly Flags[]): Promise<FlagChanges> {
  if (flags.length === 0) return { changed: 0, turned: [] };
  const { organizationId, mailAccountId } = mirror;
  const rows = flags.map(({ jmapId, isRead, isFlagged }) => ({
    jmap_id: jmapId,
    is_read: isRead,
    is_flagged: isFlagged,
  }));
  const changed = await tx.execute<{ id: string; thread_id: string; is_read: boolean; was_read: boolean }>(sql`
    UPDATE emails e SET is_read = r.is_read, is_flagged = r.is_flagged, updated_at = now()
    FROM ${rowsAs(rows, "jmap_id text, is_read boolean, is_flagged boolean")}
    JOIN emails before ON before.organization_id = ${organizationId} AND before.mail_account_id = ${mailAccountId}
                      AND before.jmap_id = r.jmap_id
    WHERE e.organization_id = before.organization_id AND e.id = before.id
      AND (before.is_read, before.is_flagged) IS DISTINCT FROM (r.is_read, r.is_flagged)
    RETURNING e.id, e.thread_id, e.is_read, before.is_read AS was_read`);
  const turned = changed.rows.filter((row) => row.is_read !== row.was_read);
  if (turned.length > 0) {
    await countUnreadMail(tx, mirror, turned.length - 2 * turned.filter((row) => row.is_read).length);
    await tx.execute(sql`
      UPDATE contacts c SET unread_count = c.unread_count + d.delta
      FROM (SELECT l.contact_id, sum(CASE WHEN r.is_read THEN -1 ELSE 1 END) AS delta
            FROM ${rowsAs(turned, "id uuid, is_read boolean")}
            JOIN email_contacts l ON l.organization_id = ${organizationId} AND l.email_id = r.id
            GROUP BY l.contact_id) d
      WHERE c.organization_id = ${organizationId} AND c.id = d.contact_id`);
    await recountThreads(
      tx,
      mirror,
      turned.map((row) => row.thread_id),
    );
  }
  return { changed: changed.rows.length, turned: turned.map((row) => row.id) };
}
