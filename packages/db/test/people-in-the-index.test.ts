import { ADDRESS_FIELD, mailboxMessages } from "@crm/db";
import { drizzle } from "drizzle-orm/node-postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addOldMailbox, type OldDatabase, openOldDatabase } from "./open-old-database.ts";

/** The migrations before the one since which the people of a message stand in its row. */
const BEFORE = 14;
const ID = "00000000-0000-7000-8000-000000000001";
const { from, to, cc } = ADDRESS_FIELD;

let database: OldDatabase;
beforeAll(async () => {
  database = await openOldDatabase(BEFORE);
});
afterAll(() => database.drop());

test("who is in the messages of mailboxes that were indexed before is known after", async () => {
  const { client } = database;
  await addOldMailbox(client, ID, ID);
  await client.query(
    `INSERT INTO mailbox_messages (organization_id, mail_account_id, jmap_id, thread_id, received_at, outbound, is_read,
       is_flagged, size, index_run)
     SELECT '${ID}', '${ID}', 'm' || n, 't', now(), false, true, false, 1, 1 FROM generate_series(1, 3) n`,
  );
  await client.query(
    `INSERT INTO mailbox_people (organization_id, mail_account_id, address, jmap_id, fields, name) VALUES
     ('${ID}', '${ID}', 'b@x.test', 'm1', ${from}, 'Božena'), ('${ID}', '${ID}', 'a@x.test', 'm1', ${to | cc}, NULL),
     ('${ID}', '${ID}', 'a@x.test', 'm2', ${from}, '"A", {x}')`,
  );

  await database.migrate();

  const db = drizzle(client, { casing: "snake_case" });
  const { jmapId, addresses, fields, names } = mailboxMessages;
  expect(await db.select({ jmapId, addresses, fields, names }).from(mailboxMessages).orderBy(jmapId)).toEqual([
    { jmapId: "m1", addresses: ["b@x.test", "a@x.test"], fields: [from, to | cc], names: ["Božena", ""] },
    { jmapId: "m2", addresses: ["a@x.test"], fields: [from], names: ['"A", {x}'] },
    { jmapId: "m3", addresses: [], fields: [], names: [] },
  ]);
});
