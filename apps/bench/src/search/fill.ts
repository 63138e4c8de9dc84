import type { Connection } from "@crm/db";
import {
  ACCOUNTS,
  COUNTS,
  DOCUMENTS,
  EMAILS,
  HOUSE,
  keepTexts,
  LINKS,
  messages,
  PARAGRAPHS,
  PEOPLE,
  SUBJECT_WORDS,
  SUBJECTS,
  TEXT_WORDS,
  users,
} from "./statements.ts";
import { makeText, makeVocabulary, seededRandom } from "./vocabulary.ts";

type Pool = Connection["pool"];

/** Fills an empty database with the mail of many people; the first of them has a fifth of it. */
export async function fill(pool: Pool, size: { messages: number; users: number }): Promise<void> {
  const random = seededRandom(42);
  const vocabulary = makeVocabulary(50_000);
  for (const [table, count, words, vector] of [
    ["bench_paragraphs", PARAGRAPHS, 45, TEXT_WORDS] as const,
    ["bench_subjects", SUBJECTS, 5, SUBJECT_WORDS] as const,
  ]) {
    const texts = Array.from({ length: count }, () => makeText(vocabulary, words, random));
    await pool.query(`CREATE TABLE ${table} (n int, text text, words tsvector)`);
    await pool.query(keepTexts(table, vector), [JSON.stringify(texts)]);
  }
  await run(pool, [HOUSE, users(size.users), ACCOUNTS, PEOPLE, "ANALYZE", messages(size.messages, size.users)]);
  const indexes = await dropIndexes(pool);
  await Promise.all([run(pool, [EMAILS, LINKS, ...COUNTS]), run(pool, [DOCUMENTS])]);
  await Promise.all(
    [0, 1].map((side) =>
      run(
        pool,
        indexes.filter((_, number) => number % 2 === side),
      ),
    ),
  );
  await run(pool, ["VACUUM (FREEZE, ANALYZE)"]);
}

async function run(pool: Pool, statements: readonly string[]): Promise<void> {
  const client = await pool.connect();
  try {
    // Every row is right by construction: looking up each one's parents would take half of the time.
    await client.query("SET session_replication_role = replica");
    await client.query("SET synchronous_commit = off");
    await client.query("SET work_mem = '256MB'");
    await client.query("SET maintenance_work_mem = '1GB'");
    for (const statement of statements) await client.query(statement);
  } finally {
    client.release(true);
  }
}

/** @returns what makes them again; an index is built in a fraction of what keeping it up costs */
async function dropIndexes(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string; definition: string }>(`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE tablename IN ('emails', 'email_search', 'email_contacts', 'email_threads')
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)
    ORDER BY indexname = 'email_search_document_idx', indexname`);
  for (const { name } of rows) await pool.query(`DROP INDEX "${name}"`);
  return rows.map(({ definition }) => definition);
}
