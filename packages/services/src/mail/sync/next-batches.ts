import { sql } from "drizzle-orm";
import { MAX_BODY_BYTES } from "./message.ts";
import type { SyncRun } from "./sync-run.ts";

/** So that reading and storing overlap; each batch costs a dozen statements, and mail servers are slower with fewer a call. */
const MESSAGES_PER_BATCH = 500;
/** The first batches are small: the newest mail is there at once, and the database need not wait for a full one. */
const FIRST_BATCHES = [50, 100];
/** Octets of a batch, so that several under way at once fit into memory. */
const BYTES_PER_BATCH = 6 * 1_048_576;
const MESSAGES_AT_A_TIME = 5_000;

/** The newest messages of the queue in batches for one call each, and how many wait in all. */
export async function nextBatches({
  dependencies: { db },
  client,
  lease: { mirror },
}: SyncRun): Promise<{ batches: string[][]; waiting: number }> {
  const { rows } = await db.execute<{ jmap_id: string; size: number; waiting: string }>(sql`
    SELECT q.jmap_id, m.size, count(*) OVER () AS waiting
    FROM mirror_queue q
    JOIN mailbox_messages m ON m.organization_id = q.organization_id AND m.mail_account_id = q.mail_account_id
                           AND m.jmap_id = q.jmap_id
    WHERE q.organization_id = ${mirror.organizationId} AND q.mail_account_id = ${mirror.mailAccountId}
    ORDER BY q.received_at DESC
    LIMIT ${MESSAGES_AT_A_TIME}`);
  const mostOf = (index: number) => Math.min(FIRST_BATCHES[index] ?? MESSAGES_PER_BATCH, client.limits.maxObjectsInGet);
  const batches: string[][] = [];
  let batch: string[] = [];
  let bytes = 0;
  for (const { jmap_id, size } of rows) {
    // Attachments stay at the server, and bodies are cut.
    const expected = Math.min(size, 2 * MAX_BODY_BYTES);
    if (batch.length === mostOf(batches.length) || (batch.length > 0 && bytes + expected > BYTES_PER_BATCH)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(jmap_id);
    bytes += expected;
  }
  if (batch.length > 0) batches.push(batch);
  return { batches, waiting: Number(rows[0]?.waiting ?? 0) };
}
