import { type Database, emailSearchQueue, emails, type Transaction } from "@crm/db";
import { and, desc, inArray, sql } from "drizzle-orm";
import type { Dependencies } from "../../dependencies.ts";
import { rowsAs } from "../../rows.ts";
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
  for (let built = 0; ; ) {
    const batch = await buildBatch(db);
    built += batch;
    if (batch < DOCUMENTS_AT_A_TIME || signal?.aborted) return built;
  }
}

function buildBatch(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    const batch = await takeBatch(tx);
    const rows = batch.map(({ organizationId, id, userId, receivedAt, from, to, cc, bcc, ...email }) => ({
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
    await tx.execute(sql`
      DELETE FROM email_search_queue q USING ${rowsAs(rows, "organization_id uuid, email_id uuid")}
      WHERE q.organization_id = r.organization_id AND q.email_id = r.email_id`);
    return rows.length;
  });
}

/**
 * Locks queue entries and their messages, passing over what somebody else has: for a message that is being removed we
 * would wait, and its remover for our queue entry.
 */
async function takeBatch(tx: Transaction) {
  const queued = await tx
    .select()
    .from(emailSearchQueue)
    .orderBy(desc(emailSearchQueue.emailId))
    .limit(DOCUMENTS_AT_A_TIME)
    .for("update", { skipLocked: true });
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
    .where(
      and(
        inArray(emails.organizationId, [...new Set(queued.map(({ organizationId }) => organizationId))]),
        inArray(
          emails.id,
          queued.map(({ emailId }) => emailId),
        ),
      ),
    )
    .for("key share", { skipLocked: true });
}
