import type { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addOldMailbox, type OldDatabase, openOldDatabase } from "./open-old-database.ts";

/** The migrations before the one since which unread mail is counted. */
const BEFORE = 11;
const ORGANIZATION = "00000000-0000-7000-8000-000000000000";
/** People with the ids 1, 2, …, and how many messages of theirs are unread and read. */
const PEOPLE = [
  { unread: 3, read: 2 },
  { unread: 0, read: 4 },
  { unread: 0, read: 0 },
];

let database: OldDatabase;
beforeAll(async () => {
  database = await openOldDatabase(BEFORE);
});
afterAll(() => database.drop());

test("the unread mail of mailboxes that were linked before is counted", async () => {
  const { client } = database;
  for (const [index, { unread, read }] of PEOPLE.entries()) {
    const id = ORGANIZATION.replace(/0$/, String(index + 1));
    await addOldMailbox(client, ORGANIZATION, id);
    await client.query("INSERT INTO mail_syncs (organization_id, mail_account_id) VALUES ($1, $2)", [ORGANIZATION, id]);
    await store(client, id, { count: unread, isRead: false });
    await store(client, id, { count: read, isRead: true });
  }
  await database.migrate();
  const { rows } = await client.query("SELECT unread_count FROM mail_syncs ORDER BY mail_account_id");
  expect(rows.map((row) => row.unread_count)).toEqual(PEOPLE.map(({ unread }) => unread));
});

const store = (client: Client, id: string, { count, isRead }: { count: number; isRead: boolean }) =>
  client.query(
    `INSERT INTO emails (organization_id, id, user_id, mail_account_id, jmap_id, thread_id, "from", "to", cc, bcc, subject,
       preview, body_text, is_read, is_flagged, outbound, attachments, has_attachment, size, received_at)
     SELECT $1, gen_random_uuid(), $2, $2, gen_random_uuid(), 't', '[]', '[]', '[]', '[]', '', '', '', $3, false, false,
            '[]', false, 0, now()
     FROM generate_series(1, $4)`,
    [ORGANIZATION, id, isRead, count],
  );
