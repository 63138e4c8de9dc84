import type { Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import type { MirrorKey } from "./lease.ts";

/** Which of the index's messages: some by id, or all that name an address (lower case). */
export type IndexSelection = { jmapIds: readonly string[] } | { address: string };

/**
 * Queues those of the messages that name a contact and are not mirrored yet, so that their bodies are fetched.
 *
 * @returns how many were queued
 */
export async function queueForMirror(
  tx: Transaction,
  { organizationId, mailAccountId, userId }: MirrorKey,
  selection: IndexSelection,
  isNews: boolean,
): Promise<number> {
  const selected =
    "address" in selection
      ? sql`p.address = ${selection.address}`
      : sql`p.jmap_id = ANY (${sql.param([...selection.jmapIds])}::text[])`;
  const { rowCount } = await tx.execute(sql`
    INSERT INTO mirror_queue (organization_id, mail_account_id, jmap_id, received_at, is_news)
    SELECT DISTINCT m.organization_id, m.mail_account_id, m.jmap_id, m.received_at, ${isNews}::boolean
    FROM mailbox_people p
    JOIN contacts c ON c.organization_id = p.organization_id AND c.user_id = ${userId} AND lower(c.email) = p.address
    JOIN mailbox_messages m ON m.organization_id = p.organization_id AND m.mail_account_id = p.mail_account_id
                           AND m.jmap_id = p.jmap_id
    WHERE p.organization_id = ${organizationId} AND p.mail_account_id = ${mailAccountId} AND ${selected}
      AND NOT EXISTS (SELECT FROM emails e WHERE e.organization_id = p.organization_id
                      AND e.mail_account_id = p.mail_account_id AND e.jmap_id = p.jmap_id)
    ON CONFLICT DO NOTHING`);
  return rowCount ?? 0;
}
