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
 * @param options.isNews the live feed tells of them
 * @param options.isFresh they came into the index just now, and the queue, which may be long, is not looked through for
 *   them. One that was there before and waits since is fetched twice and stored once.
 */
export async function queueForMirror(
  tx: Transaction,
  mirror: MirrorKey,
  wanted: SQL,
  { isNews = false, isFresh = false }: { isNews?: boolean; isFresh?: boolean } = {},
): Promise<void> {
  const { organizationId, mailAccountId } = mirror;
  const own = (table: string) => ownRows(mirror, table);
  // NOT IN, because it is answered from a hash of the queue; NOT EXISTS went through all of it for each message.
  const isNew = isFresh
    ? sql`true`
    : sql`m.jmap_id NOT IN (SELECT unnest(q.jmap_ids) FROM mirror_queue q WHERE ${own("q")})`;
  await tx.execute(sql`
    INSERT INTO mirror_queue (organization_id, mail_account_id, id, jmap_ids, newest_at, is_news)
    SELECT ${organizationId}::uuid, ${mailAccountId}::uuid, gen_random_uuid(),
           array_agg(n.jmap_id ORDER BY n.received_at DESC), max(n.received_at), ${isNews}::boolean
    FROM (SELECT m.jmap_id, m.received_at,
                 (row_number() OVER (ORDER BY m.received_at DESC) - 1) / ${MESSAGES_PER_ENTRY}::int AS entry
          FROM mailbox_messages m
          WHERE ${own("m")} AND ${wanted} AND ${isNew}
            AND NOT EXISTS (SELECT FROM emails e WHERE ${own("e")} AND e.jmap_id = m.jmap_id)) n
    GROUP BY n.entry`);
}
