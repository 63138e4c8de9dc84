import type { Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import type { MirrorKey } from "../sync/lease.ts";
import { ownRows } from "../sync/own-rows.ts";

/** A message as the index has it. */
export interface IndexedMessage {
  threadId: string;
  isRead: boolean;
  isFlagged: boolean;
  /** All that never changes, as one text to compare. */
  headers: string;
  isQueued: boolean;
}

/** A message as it is mirrored. */
export interface MirroredMessage {
  id: string;
  threadId: string;
  isRead: boolean;
  isFlagged: boolean;
  contactIds: string[];
  /** It is on its way out. */
  isLeaving: boolean;
}

export interface LocalMessages {
  indexed: ReadonlyMap<string, IndexedMessage>;
  mirrored: ReadonlyMap<string, MirroredMessage>;
  /** Those that could not be mirrored, which is known. */
  problems: ReadonlySet<string>;
}

/** What of a message never changes, as `headersOf` has it for an envelope. */
export const headersText = (message: {
  receivedAt: string;
  outbound: boolean;
  automatic: string | null;
  size: number;
  people: readonly { address: string; fields: number }[];
}): string =>
  JSON.stringify([
    new Date(message.receivedAt).toISOString(),
    message.outbound,
    message.automatic,
    message.size,
    message.people.map(({ address, fields }) => `${address} ${fields}`).sort(),
  ]);

/** What is here of some messages, by JMAP id. */
export async function readLocalMessages(
  tx: Transaction,
  mirror: MirrorKey,
  jmapIds: readonly string[],
): Promise<LocalMessages> {
  const ids = sql`ANY (${sql.param([...jmapIds])}::text[])`;
  const own = (table: string) => ownRows(mirror, table);
  const indexed = await tx.execute<IndexRow>(sql`
    SELECT m.jmap_id, m.thread_id, m.received_at, m.outbound, m.automatic, m.size, m.is_read, m.is_flagged,
           m.addresses, m.fields,
           m.jmap_id IN (SELECT unnest(q.jmap_ids) FROM mirror_queue q WHERE ${own("q")}) AS is_queued
    FROM mailbox_messages m WHERE ${own("m")} AND m.jmap_id = ${ids}`);
  const mirrored = await tx.execute<MirrorRow>(sql`
    SELECT e.jmap_id, e.id, e.thread_id, e.is_read, e.is_flagged,
           ARRAY(SELECT l.contact_id::text FROM email_contacts l
                 WHERE l.organization_id = e.organization_id AND l.email_id = e.id) AS contact_ids,
           EXISTS (SELECT FROM mirror_releases x WHERE ${own("x")} AND x.email_id = e.id) AS is_leaving
    FROM emails e WHERE ${own("e")} AND e.jmap_id = ${ids}`);
  const problems = await tx.execute<{ jmap_id: string }>(sql`
    SELECT jmap_id FROM mail_sync_problems b WHERE ${own("b")} AND b.jmap_id = ${ids}`);
  return {
    indexed: new Map(indexed.rows.map((row) => [row.jmap_id, toIndexed(row)])),
    mirrored: new Map(mirrored.rows.map((row) => [row.jmap_id, toMirrored(row)])),
    problems: new Set(problems.rows.map((row) => row.jmap_id)),
  };
}

interface IndexRow extends Record<string, unknown> {
  jmap_id: string;
  thread_id: string;
  received_at: string;
  outbound: boolean;
  automatic: string | null;
  size: number;
  is_read: boolean;
  is_flagged: boolean;
  addresses: string[];
  fields: number[];
  is_queued: boolean;
}

interface MirrorRow extends Record<string, unknown> {
  jmap_id: string;
  id: string;
  thread_id: string;
  is_read: boolean;
  is_flagged: boolean;
  contact_ids: string[];
  is_leaving: boolean;
}

const toIndexed = (row: IndexRow): IndexedMessage => ({
  threadId: row.thread_id,
  isRead: row.is_read,
  isFlagged: row.is_flagged,
  headers: headersText({
    ...row,
    receivedAt: row.received_at,
    people: row.addresses.map((address, index) => ({ address, fields: row.fields[index] ?? 0 })),
  }),
  isQueued: row.is_queued,
});

const toMirrored = (row: MirrorRow): MirroredMessage => ({
  id: row.id,
  threadId: row.thread_id,
  isRead: row.is_read,
  isFlagged: row.is_flagged,
  contactIds: row.contact_ids,
  isLeaving: row.is_leaving,
});
