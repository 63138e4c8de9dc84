import type { Connection } from "@crm/db";
import { buildSearchDocuments, type Dependencies } from "@crm/services";

const SAMPLE = 500;

/** @throws Error where the documents made in bulk are not those that the worker builds */
export async function checkDocuments(dependencies: Dependencies, pool: Connection["pool"]): Promise<void> {
  await pool.query(`
    CREATE TABLE IF NOT EXISTS bench_sample AS
    SELECT organization_id, email_id, tsvector_to_array(document) AS words
    FROM email_search TABLESAMPLE SYSTEM (0.5) LIMIT ${SAMPLE}`);
  await pool.query(
    "INSERT INTO email_search_queue SELECT organization_id, gen_random_uuid(), array_agg(email_id) FROM bench_sample GROUP BY 1",
  );
  const start = performance.now();
  const built = await buildSearchDocuments(dependencies);
  const seconds = (performance.now() - start) / 1_000;
  const { rows } = await pool.query(`
    SELECT s.words, tsvector_to_array(e.document) AS built
    FROM bench_sample s JOIN email_search e USING (organization_id, email_id)
    WHERE s.words <> tsvector_to_array(e.document) LIMIT 1`);
  if (rows.length > 0) throw new Error(`The documents differ: ${JSON.stringify(rows[0])}`);
  console.log(`${built} documents built anew, ${(built / seconds).toFixed(0)} a second`);
}
