import { sql } from "drizzle-orm";
import { MAX_BODY_BYTES } from "./message.ts";
import { ownRows } from "./own-rows.ts";
import { MESSAGES_PER_ENTRY } from "./queue-for-mirror.ts";
import type { SyncRun } from "./sync-run.ts";

/** The first batches are small: the newest mail is there at once, and the database need not wait for a full one. */
const FIRST_BATCHES = [50, 100];
/** Each costs a dozen statements, and mail servers are slower with fewer a call. */
const MESSAGES_PER_BATCH = MESSAGES_PER_ENTRY;
/** Octets of a batch, so that several under way at once fit into memory. */
const BYTES_PER_BATCH = 6 * 1_048_576;
const ENTRIES_AT_A_TIME = 40;

/** Messages that are fetched in one call. */
export interface Batch {
  ids: string[];
  /** Those of them that the live feed tells of. */
  news: Set<string>;
  /** Entries of the queue of which these are the last. */
  completes: string[];
}

/** The newest messages of the queue in batches for one call each, and how many wait in all. */
export async function nextBatches(run: SyncRun): Promise<{ batches: Batch[]; waiting: number }> {
  const { entries, waiting } = await readQueue(run);
  const { maxObjectsInGet } = run.client.limits;
  const mostOf = (index: number) => Math.min(FIRST_BATCHES[index] ?? MESSAGES_PER_BATCH, maxObjectsInGet);
  const batches: Batch[] = [];
  let batch = emptyBatch();
  let bytes = 0;
  for (const { id: entry, is_news, messages } of entries) {
    for (const { id, size } of messages) {
      // Attachments stay at the server, and bodies are cut.
      const expected = Math.min(size, 2 * MAX_BODY_BYTES);
      if (batch.ids.length === mostOf(batches.length) || (batch.ids.length > 0 && bytes + expected > BYTES_PER_BATCH)) {
        batches.push(batch);
        batch = emptyBatch();
        bytes = 0;
      }
      batch.ids.push(id);
      if (is_news) batch.news.add(id);
      bytes += expected;
    }
    batch.completes.push(entry);
  }
  if (batch.completes.length > 0) batches.push(batch);
  return { batches, waiting };
}

const emptyBatch = (): Batch => ({ ids: [], news: new Set(), completes: [] });

interface Entry extends Record<string, unknown> {
  id: string;
  is_news: boolean;
  messages: { id: string; size: number }[];
}

async function readQueue({
  dependencies: { db },
  lease: { mirror },
}: SyncRun): Promise<{ entries: Entry[]; waiting: number }> {
  const own = (table: string) => ownRows(mirror, table);
  const { rows } = await db.execute<Entry & { waiting: string }>(sql`
    SELECT q.id, q.is_news, i.messages,
           (SELECT sum(cardinality(w.jmap_ids)) FROM mirror_queue w WHERE ${own("w")}) AS waiting
    FROM mirror_queue q
    CROSS JOIN LATERAL (
      SELECT coalesce(json_agg(json_build_object('id', m.jmap_id, 'size', m.size) ORDER BY m.received_at DESC), '[]')
             AS messages
      FROM mailbox_messages m WHERE ${own("m")} AND m.jmap_id = ANY (q.jmap_ids)) i
    WHERE ${own("q")}
    ORDER BY q.newest_at DESC, q.id
    LIMIT ${ENTRIES_AT_A_TIME}`);
  return { entries: rows, waiting: Number(rows[0]?.waiting ?? 0) };
}
