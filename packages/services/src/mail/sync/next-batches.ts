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
/** The first is read by itself: the first requests go out while the others are looked up. */
const ENTRIES_AT_A_TIME = 40;

/** Messages that are fetched in one call. */
export interface Batch {
  ids: string[];
  /** Those of them that the live feed tells of. */
  news: Set<string>;
  /** Entries of the queue of which these are the last. */
  completes: string[];
}

/** The messages of the queue in batches for one call each, newest first, read as they are taken; and how many wait in all. */
export async function nextBatches(run: SyncRun): Promise<{ batches: AsyncGenerator<Batch>; waiting: number }> {
  const first = await readEntries(run, undefined, 1);
  return { batches: toBatches(run, first), waiting: Number(first[0]?.waiting ?? 0) };
}

async function* toBatches(run: SyncRun, first: readonly Entry[]): AsyncGenerator<Batch> {
  const { maxObjectsInGet } = run.client.limits;
  let batch = emptyBatch();
  let bytes = 0;
  let full = 0;
  const mostOf = (index: number) => Math.min(FIRST_BATCHES[index] ?? MESSAGES_PER_BATCH, maxObjectsInGet);
  for await (const { id: entry, is_news, messages } of readQueue(run, first)) {
    for (const { id, size } of messages) {
      // Attachments stay at the server, and bodies are cut.
      const expected = Math.min(size, 2 * MAX_BODY_BYTES);
      if (batch.ids.length >= mostOf(full) || (batch.ids.length > 0 && bytes + expected > BYTES_PER_BATCH)) {
        yield batch;
        batch = emptyBatch();
        bytes = 0;
        full += 1;
      }
      batch.ids.push(id);
      if (is_news) batch.news.add(id);
      bytes += expected;
    }
    batch.completes.push(entry);
  }
  if (batch.completes.length > 0) yield batch;
}

const emptyBatch = (): Batch => ({ ids: [], news: new Set(), completes: [] });

interface Entry extends Record<string, unknown> {
  id: string;
  newest_at: string;
  is_news: boolean;
  messages: { id: string; size: number }[];
  waiting: string;
}

/** All entries from the first ones on, a page at a time: those that come in meanwhile are newer, and for the next time. */
async function* readQueue(run: SyncRun, first: readonly Entry[]): AsyncGenerator<Entry> {
  for (let page = first; page.length > 0; page = await readEntries(run, page.at(-1), ENTRIES_AT_A_TIME)) yield* page;
}

async function readEntries(
  { dependencies: { db }, lease: { mirror } }: SyncRun,
  after: Entry | undefined,
  limit: number,
): Promise<Entry[]> {
  const own = (table: string) => ownRows(mirror, table);
  const further = after
    ? sql`AND (q.newest_at < ${after.newest_at} OR q.newest_at = ${after.newest_at} AND q.id > ${after.id})`
    : sql``;
  const { rows } = await db.execute<Entry>(sql`
    SELECT q.id, q.newest_at, q.is_news, i.messages,
           (SELECT sum(cardinality(w.jmap_ids)) FROM mirror_queue w WHERE ${own("w")}) AS waiting
    FROM mirror_queue q
    CROSS JOIN LATERAL (
      SELECT coalesce(json_agg(json_build_object('id', m.jmap_id, 'size', m.size) ORDER BY m.received_at DESC), '[]')
             AS messages
      FROM mailbox_messages m WHERE ${own("m")} AND m.jmap_id = ANY (q.jmap_ids)) i
    WHERE ${own("q")} ${further}
    ORDER BY q.newest_at DESC, q.id
    LIMIT ${limit}`);
  return rows;
}
