import type { Transaction } from "@crm/db";
import { type SQL, sql } from "drizzle-orm";
import type { MirrorKey } from "./lease.ts";
import { ownRows } from "./own-rows.ts";

/** As many as are fetched at a time. */
export const MESSAGES_PER_ENTRY = 500;

/**
 * Queues those of the index's messages whose bodies are neither mirrored nor queued yet, so that they are fetched.
 * The mirror is locked by the caller.
 *
 * @param wanted a condition on `mailbox_messages` as `m`
 */
export async function queueForMirror(tx: Transaction, mirror: MirrorKey, wanted: SQL, isNews: boolean): Promise<void> {
  const { organizationId, mailAccountId } = mirror;
  const own = (table: string) => ownRows(mirror, table);
  await tx.execute(sql`
    INSERT INTO mirror_queue (organization_id, mail_account_id, id, jmap_ids, newest_at, is_news)
    SELECT ${organizationId}::uuid, ${mailAccountId}::uuid, gen_random_uuid(),
           array_agg(n.jmap_id ORDER BY n.received_at DESC), max(n.received_at), ${isNews}::boolean
    FROM (SELECT m.jmap_id, m.received_at,
                 (row_number() OVER (ORDER BY m.received_at DESC) - 1) / ${MESSAGES_PER_ENTRY}::int AS entry
          FROM mailbox_messages m
          WHERE ${own("m")} AND ${wanted}
            AND NOT EXISTS (SELECT FROM emails e WHERE ${own("e")} AND e.jmap_id = m.jmap_id)
            AND NOT EXISTS (SELECT FROM (SELECT unnest(q.jmap_ids) AS jmap_id FROM mirror_queue q WHERE ${own("q")}) w
                            WHERE w.jmap_id = m.jmap_id)) n
    GROUP BY n.entry`);
}
