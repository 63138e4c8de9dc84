import { type Database, emailSearchQueue, emails, type Transaction } from "@crm/db";
import { and, desc, eq, inArray, notInArray, sql } from "drizzle-orm";
import type { Dependencies } from "../../dependencies.ts";
import { rowsAs } from "../../rows.ts";
import { chunk } from "../sync/chunk.ts";
import { composeDocument } from "./search-document.ts";

const DOCUMENTS_AT_A_TIME = 200;
/** Characters of a body that are searchable; a document has an upper bound in PostgreSQL (1 MB). */
const SEARCHABLE_LENGTH = 100_000;

/**
 * Builds the search documents of mail that came in, what came last first. Apart from the sync, because building one
 * costs more than storing the message. Several processes may run it at once.
 *
 * @returns how many were built
 */
export async function buildSearchDocuments(
  { db }: Pick<Dependencies, "db">,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  const passedOver: string[] = [];
  for (let built = 0; ; ) {
    const entry = signal?.aborted ? null : await buildEntry(db, passedOver);
    if (!entry) return built;
    built += entry.built;
    if (!entry.isDone) passedOver.push(entry.id);
  }
}

type Entry = typeof emailSearchQueue.$inferSelect;

/** Builds the documents of the newest entry of the queue that nobody else is at. Null when there is none. */
function buildEntry(
  db: Database,
  passedOver: readonly string[],
): Promise<{ id: string; built: number; isDone: boolean } | null> {
  return db.transaction(async (tx) => {
    const [entry] = await tx
      .select()
      .from(emailSearchQueue)
      .where(notInArray(emailSearchQueue.id, [...passedOver]))
      .orderBy(desc(emailSearchQueue.id))
      .limit(1)
      .for("update", { skipLocked: true });
    if (!entry) return null;
    const built = new Set<string>();
    for (const ids of chunk(entry.emailIds, DOCUMENTS_AT_A_TIME)) {
      for (const id of await buildDocuments(tx, entry, ids)) built.add(id);
    }
    const left = await thoseThere(
      tx,
      entry,
      entry.emailIds.filter((id) => !built.has(id)),
    );
    const isDone = left.length === 0;
    const ofEntry = and(eq(emailSearchQueue.organizationId, entry.organizationId), eq(emailSearchQueue.id, entry.id));
    if (isDone) await tx.delete(emailSearchQueue).where(ofEntry);
    else await tx.update(emailSearchQueue).set({ emailIds: left }).where(ofEntry);
    return { id: entry.id, built: built.size, isDone };
  });
}

/** @returns the ids of the messages whose documents were built */
async function buildDocuments(tx: Transaction, entry: Entry, ids: readonly string[]): Promise<string[]> {
  const mail = await lockMail(tx, entry, ids);
  const rows = mail.map(({ organizationId, id, userId, receivedAt, from, to, cc, bcc, ...email }) => ({
    organization_id: organizationId,
    email_id: id,
    user_id: userId,
    received_at: receivedAt,
    document: composeDocument({ ...email, from, to: [...to, ...cc, ...bcc] }),
  }));
  const columns = "organization_id uuid, email_id uuid, user_id uuid, received_at timestamptz, document text";
  await tx.execute(sql`
    INSERT INTO email_search (organization_id, email_id, user_id, received_at, document)
    SELECT r.organization_id, r.email_id, r.user_id, r.received_at, r.document::tsvector
    FROM ${rowsAs(rows, columns)}
    ON CONFLICT (organization_id, email_id) DO UPDATE SET document = excluded.document`);
  return rows.map((row) => row.email_id);
}

/** Passes over what somebody else has: who is removing a message may be waiting for another one that we hold. */
function lockMail(tx: Transaction, { organizationId }: Entry, ids: readonly string[]) {
  return tx
    .select({
      organizationId: emails.organizationId,
      id: emails.id,
      userId: emails.userId,
      receivedAt: emails.receivedAt,
      subject: emails.subject,
      body: sql<string>`left(${emails.bodyText}, ${SEARCHABLE_LENGTH})`,
      from: emails.from,
      to: emails.to,
      cc: emails.cc,
      bcc: emails.bcc,
      hasAttachment: emails.hasAttachment,
    })
    .from(emails)
    .where(and(eq(emails.organizationId, organizationId), inArray(emails.id, [...ids])))
    .for("key share", { skipLocked: true });
}

/** Those that are there, whoever has them: their removal may yet be undone. */
async function thoseThere(tx: Transaction, { organizationId }: Entry, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .select({ id: emails.id })
    .from(emails)
    .where(and(eq(emails.organizationId, organizationId), inArray(emails.id, [...ids])));
  return rows.map(({ id }) => id);
}
