import { sql } from "drizzle-orm";
import type { Dependencies } from "../../dependencies.ts";

const DOCUMENTS_AT_A_TIME = 500;
/** Characters of a body that are searchable; a document has an upper bound in PostgreSQL (1 MB of words). */
const SEARCHABLE_LENGTH = 150_000;

/**
 * Builds the search documents of mail that came in: subject before people before body, without case and diacritics.
 * Apart from the sync, because building one costs more than storing the message. Several processes may run it at once.
 *
 * @returns how many were built
 */
export async function buildSearchDocuments({ db, background }: Dependencies): Promise<number> {
  let built = 0;
  for (;;) {
    const { rowCount } = await db.execute(sql`
      WITH batch AS (
        SELECT organization_id, email_id FROM email_search_queue
        ORDER BY email_id DESC LIMIT ${DOCUMENTS_AT_A_TIME} FOR UPDATE SKIP LOCKED
      ), taken AS (
        DELETE FROM email_search_queue q USING batch
        WHERE q.organization_id = batch.organization_id AND q.email_id = batch.email_id
      )
      INSERT INTO email_search (organization_id, email_id, user_id, received_at, document)
      SELECT e.organization_id, e.id, e.user_id, e.received_at,
             setweight(to_tsvector('simple', crm_fold(e.subject)), 'A')
             || setweight(to_tsvector('simple', crm_fold(coalesce(people.names, ''))), 'B')
             || setweight(to_tsvector('simple', crm_fold(left(e.body_text, ${SEARCHABLE_LENGTH}))), 'C')
      FROM batch
      JOIN emails e ON e.organization_id = batch.organization_id AND e.id = batch.email_id
      CROSS JOIN LATERAL (
        SELECT string_agg(concat_ws(' ', p ->> 'name', p ->> 'email'), ' ') AS names
        FROM jsonb_array_elements(e."from" || e."to" || e.cc || e.bcc) p
      ) people
      ON CONFLICT (organization_id, email_id) DO UPDATE SET document = excluded.document`);
    built += rowCount ?? 0;
    if ((rowCount ?? 0) < DOCUMENTS_AT_A_TIME || background.signal.aborted) return built;
  }
}
