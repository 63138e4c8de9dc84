import { emailSearchQueue, mirrorQueue } from "@crm/db";
import { drizzle } from "drizzle-orm/node-postgres";
import type { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addOldMailbox, type OldDatabase, openOldDatabase } from "./open-old-database.ts";

/** The migrations before the one in which the queues' entries became many messages each. */
const BEFORE = 10;
const MESSAGES = 1_203;

let database: OldDatabase;
let old: Client;
beforeAll(async () => {
  database = await openOldDatabase(BEFORE);
  old = database.client;
});
afterAll(() => database.drop());

test("what waits in the queues while the release changes is not forgotten", async () => {
  await fillQueues();

  await database.migrate();

  const db = drizzle(old, { casing: "snake_case" });
  const queued = await db.select().from(mirrorQueue).orderBy(mirrorQueue.newestAt);
  expect(queued.map(({ isNews, jmapIds }) => [isNews, jmapIds.length])).toEqual([
    [false, 2],
    [false, 500],
    [false, 500],
    [true, 201],
  ]);
  // The newest first, and each once.
  const ids = queued.toReversed().flatMap(({ jmapIds }) => jmapIds);
  expect(ids).toEqual(Array.from({ length: MESSAGES }, (_, index) => `m${MESSAGES - index}`));
  const searched = await db.select().from(emailSearchQueue);
  const { rows } = await old.query<{ id: string }>("SELECT id FROM emails ORDER BY id");
  expect(searched.flatMap(({ emailIds }) => emailIds).sort()).toEqual(rows.map(({ id }) => id));
});

/** Messages of one mailbox, a minute apart, of which the newest are news; all wait to be mirrored and to be searchable. */
async function fillQueues(): Promise<void> {
  const id = "00000000-0000-7000-8000-000000000001";
  await addOldMailbox(old, id, id);
  const receivedAt = "timestamptz '2026-01-01' + n * interval '1 minute'";
  await old.query(
    `INSERT INTO mailbox_messages (organization_id, mail_account_id, jmap_id, thread_id, received_at, outbound, is_read,
       is_flagged, size, index_run)
     SELECT '${id}', '${id}', 'm' || n, 't', ${receivedAt}, false, true, false, 1, 1 FROM generate_series(1, ${MESSAGES}) n`,
  );
  await old.query(
    `INSERT INTO mirror_queue (organization_id, mail_account_id, jmap_id, received_at, is_news)
     SELECT '${id}', '${id}', 'm' || n, ${receivedAt}, n > 1002 FROM generate_series(1, ${MESSAGES}) n`,
  );
  await old.query(
    `WITH stored AS (
       INSERT INTO emails (organization_id, id, user_id, mail_account_id, jmap_id, thread_id, "from", "to", cc, bcc, subject,
         preview, body_text, is_read, is_flagged, outbound, attachments, has_attachment, size, received_at)
       SELECT '${id}', gen_random_uuid(), '${id}', '${id}', 'e' || n, 't', '[]', '[]', '[]', '[]', '', '', '', true, false,
              false, '[]', false, 0, ${receivedAt} FROM generate_series(1, 600) n RETURNING organization_id, id)
     INSERT INTO email_search_queue (organization_id, email_id) SELECT organization_id, id FROM stored`,
  );
}
