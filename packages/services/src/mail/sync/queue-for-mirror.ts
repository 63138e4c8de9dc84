import type { Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import type { MirrorKey } from "./lease.ts";

/** Queues those of the index's messages whose bodies are not mirrored yet, so that they are fetched. */
export async function queueForMirror(
  tx: Transaction,
  { organizationId, mailAccountId }: MirrorKey,
  jmapIds: readonly string[],
  isNews: boolean,
): Promise<void> {
  if (jmapIds.length === 0) return;
  await tx.execute(sql`
    INSERT INTO mirror_queue (organization_id, mail_account_id, jmap_id, received_at, is_news)
    SELECT m.organization_id, m.mail_account_id, m.jmap_id, m.received_at, ${isNews}::boolean
    FROM mailbox_messages m
    WHERE m.organization_id = ${organizationId} AND m.mail_account_id = ${mailAccountId}
      AND m.jmap_id = ANY (${sql.param([...jmapIds])}::text[])
      AND NOT EXISTS (SELECT FROM emails e WHERE e.organization_id = m.organization_id
                      AND e.mail_account_id = m.mail_account_id AND e.jmap_id = m.jmap_id)
    ON CONFLICT DO NOTHING`);
}
