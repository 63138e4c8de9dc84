import { copyInto, mailboxMessages, type Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import { rowsAs } from "../../rows.ts";
import { changeFlags, type FlagChanges } from "./change-flags.ts";
import type { Envelope } from "./envelope.ts";
import { findContacts } from "./find-contacts.ts";
import type { MirrorKey } from "./lease.ts";
import { queueForMirror } from "./queue-for-mirror.ts";

export interface StoreEnvelopesOptions {
  indexRun: number;
  /** How bodies of contacts' mail are to come: as new mail, or as old mail at a first look; "at hand" are not fetched. */
  bodies: "news" | "old" | "at hand";
}

/**
 * Writes messages into the index, those of contacts into the queue for their bodies, and flags that changed into
 * what is mirrored already.
 */
export async function storeEnvelopes(
  tx: Transaction,
  mirror: MirrorKey,
  envelopes: readonly Envelope[],
  { indexRun, bodies }: StoreEnvelopesOptions,
): Promise<FlagChanges> {
  if (envelopes.length === 0) return { changed: 0, turned: [] };
  const knownIds = await idsInIndex(tx, mirror, envelopes);
  const known = envelopes.filter(({ jmapId }) => knownIds.has(jmapId));
  const freshById = new Map(envelopes.map((envelope) => [envelope.jmapId, envelope]));
  for (const jmapId of knownIds) freshById.delete(jmapId);
  const fresh = [...freshById.values()];
  await updateEnvelopes(tx, mirror, known, indexRun);
  await insertEnvelopes(tx, mirror, fresh, indexRun);
  if (bodies !== "at hand") {
    const isNews = bodies === "news";
    await queueMail(tx, mirror, known, { isNews });
    await queueMail(tx, mirror, fresh, { isNews, isFresh: true });
  }
  return changeFlags(tx, mirror, known);
}

async function idsInIndex(
  tx: Transaction,
  { organizationId, mailAccountId }: MirrorKey,
  envelopes: readonly Envelope[],
): Promise<ReadonlySet<string>> {
  const ids = sql.param(envelopes.map(({ jmapId }) => jmapId));
  const { rows } = await tx.execute<{ jmap_id: string }>(sql`
    SELECT jmap_id FROM mailbox_messages
    WHERE organization_id = ${organizationId} AND mail_account_id = ${mailAccountId} AND jmap_id = ANY (${ids}::text[])`);
  return new Set(rows.map((row) => row.jmap_id));
}

async function updateEnvelopes(
  tx: Transaction,
  { organizationId, mailAccountId }: MirrorKey,
  envelopes: readonly Envelope[],
  indexRun: number,
): Promise<void> {
  if (envelopes.length === 0) return;
  const flags = envelopes.map(({ jmapId, isRead, isFlagged }) => ({
    jmap_id: jmapId,
    is_read: isRead,
    is_flagged: isFlagged,
  }));
  await tx.execute(sql`
    UPDATE mailbox_messages m SET is_read = r.is_read, is_flagged = r.is_flagged, index_run = ${indexRun}
    FROM ${rowsAs(flags, "jmap_id text, is_read boolean, is_flagged boolean")}
    WHERE m.organization_id = ${organizationId} AND m.mail_account_id = ${mailAccountId} AND m.jmap_id = r.jmap_id`);
}

async function insertEnvelopes(
  tx: Transaction,
  { organizationId, mailAccountId }: MirrorKey,
  envelopes: readonly Envelope[],
  indexRun: number,
): Promise<void> {
  await copyInto(
    tx,
    mailboxMessages,
    { organizationId, mailAccountId, indexRun },
    envelopes.map(({ people, ...message }) => ({
      ...message,
      addresses: people.map(({ address }) => address),
      fields: people.map(({ fields }) => fields),
      names: people.map(({ name }) => name ?? ""),
    })),
  );
}

/** What names a contact waits for its body. */
async function queueMail(
  tx: Transaction,
  mirror: MirrorKey,
  envelopes: readonly Envelope[],
  options: { isNews: boolean; isFresh?: boolean },
): Promise<void> {
  if (envelopes.length === 0) return;
  const contacts = await findContacts(
    tx,
    mirror,
    envelopes.flatMap(({ people }) => people.map(({ address }) => address)),
  );
  if (contacts.size === 0) return;
  const wanted = envelopes.filter(({ people }) => people.some(({ address }) => contacts.has(address)));
  if (wanted.length === 0) return;
  const ids = sql.param(wanted.map(({ jmapId }) => jmapId));
  await queueForMirror(tx, mirror, sql`m.jmap_id = ANY (${ids}::text[])`, options);
}
