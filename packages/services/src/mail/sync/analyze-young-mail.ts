import type { Database } from "@crm/db";
import { sql } from "drizzle-orm";

/** Up to about so many rows every index that begins with the organization looks as good as the key. */
const YOUNG = 200;

/**
 * Tells PostgreSQL what the mail is like while there is little of it, where it would learn by itself within minutes.
 * Each connection plans the checks of foreign keys once, and anew after this: a plan from an empty table reads all of an
 * organization's mail for each message that comes.
 */
export async function analyzeYoungMail(db: Database): Promise<void> {
  const { rows } = await db.execute<{ young: boolean }>(
    sql`SELECT reltuples < ${YOUNG}::int AS young FROM pg_class WHERE oid = 'emails'::regclass`,
  );
  if (rows[0]?.young) await db.execute(sql`ANALYZE emails`);
}
