import type { Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import { rowsAs } from "../../rows.ts";
import { changeFlags } from "./change-flags.ts";
import type { Envelope } from "./envelope.ts";
import { findContacts } from "./find-contacts.ts";
import type { MirrorKey } from "./lease.ts";
import { queueForMirror } from "./queue-for-mirror.ts";

export interface StoreEnvelopesOptions {
  indexRun: number;
  /** New mail rather than a first look at old mail. */
  isNews: boolean;
}

/**
 * Writes messages into the index, those of contacts into the queue for their bodies, and flags that changed into
 * what is mirrored already.
 *
 * @returns how many mirrored messages changed
 */
export async function storeEnvelopes(
  tx: Transaction,
  mirror: MirrorKey,
  envelopes: readonly Envelope[],
  { indexRun, isNews }: StoreEnvelopesOptions,
): Promise<number> {
  if (envelopes.length === 0) return 0;
  const { organizationId, mailAccountId } = mirror;
  const messages = envelopes.map((envelope) => ({
    jmap_id: envelope.jmapId,
    thread_id: envelope.threadId,
    received_at: envelope.receivedAt,
    outbound: envelope.outbound,
    automatic: envelope.automatic,
    is_read: envelope.isRead,
    is_flagged: envelope.isFlagged,
    size: envelope.size,
  }));
  await tx.execute(sql`
    INSERT INTO mailbox_messages (organization_id, mail_account_id, jmap_id, thread_id, received_at, outbound,
                                  automatic, is_read, is_flagged, size, index_run)
    SELECT ${organizationId}::uuid, ${mailAccountId}::uuid, r.jmap_id, r.thread_id, r.received_at, r.outbound,
           r.automatic, r.is_read, r.is_flagged, r.size, ${indexRun}::int
    FROM ${rowsAs(messages, "jmap_id text, thread_id text, received_at timestamptz, outbound boolean, automatic text, is_read boolean, is_flagged boolean, size int")}
    ON CONFLICT (organization_id, mail_account_id, jmap_id) DO UPDATE
    SET is_read = excluded.is_read, is_flagged = excluded.is_flagged, index_run = excluded.index_run`);

  const people = envelopes.flatMap(({ jmapId, people }) => people.map((person) => ({ jmap_id: jmapId, ...person })));
  await tx.execute(sql`
    INSERT INTO mailbox_people (organization_id, mail_account_id, address, jmap_id, fields, name)
    SELECT ${organizationId}::uuid, ${mailAccountId}::uuid, r.address, r.jmap_id, r.fields, r.name
    FROM ${rowsAs(people, "address text, jmap_id text, fields smallint, name text")}
    ON CONFLICT DO NOTHING`);

  await queueMail(tx, mirror, envelopes, isNews);
  return changeFlags(tx, mirror, envelopes);
}

/** What names a contact waits for its body. */
async function queueMail(
  tx: Transaction,
  mirror: MirrorKey,
  envelopes: readonly Envelope[],
  isNews: boolean,
): Promise<void> {
  const contacts = await findContacts(
    tx,
    mirror,
    envelopes.flatMap(({ people }) => people.map(({ address }) => address)),
  );
  if (contacts.size === 0) return;
  const wanted = envelopes.filter(({ people }) => people.some(({ address }) => contacts.has(address)));
  await queueForMirror(
    tx,
    mirror,
    wanted.map(({ jmapId }) => jmapId),
    isNews,
  );
}
