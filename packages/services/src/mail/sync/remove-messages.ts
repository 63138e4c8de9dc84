import type { Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import type { MirrorKey } from "./lease.ts";
import { refreshCorrespondents } from "./refresh-correspondents.ts";
import { removeEmails } from "./remove-emails.ts";

/**
 * Takes messages that are gone at the server (or out of scope: Trash, Junk, Drafts) out of index and mirror.
 *
 * @returns how many mirrored messages went
 */
export async function removeMessages(tx: Transaction, mirror: MirrorKey, jmapIds: readonly string[]): Promise<number> {
  if (jmapIds.length === 0) return 0;
  const { organizationId, mailAccountId } = mirror;
  const removed = await removeEmails(tx, mirror, { jmapIds });
  const { rows } = await tx.execute<{ addresses: string[] }>(sql`
    DELETE FROM mailbox_messages
    WHERE organization_id = ${organizationId} AND mail_account_id = ${mailAccountId}
      AND jmap_id = ANY (${sql.param([...jmapIds])}::text[])
    RETURNING addresses`);
  await refreshCorrespondents(tx, mirror, [...new Set(rows.flatMap(({ addresses }) => addresses))]);
  return removed;
}
