import { contacts } from "@crm/db";
import { startDemoServer, type TestMailServer } from "@crm/jmap/testing";
import { addContact, type Dependencies, listContacts, removeContact, syncNow } from "@crm/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Desk, link, openDesk, syncAll } from "./open-desk.ts";

let server: TestMailServer;
let desk: Desk;
beforeAll(async () => {
  server = await startDemoServer();
  desk = await openDesk(server);
  await link(desk);
  await syncAll(desk);
});
afterAll(async () => {
  await desk.close();
  await server.stop();
});

/** Runs while somebody else changes the mirror and does not come to an end, as a merge of very much mail. */
async function whileMirrorIsHeld<Result>(run: () => Promise<Result>): Promise<Result> {
  const client = await desk.database.pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT FROM mail_syncs FOR UPDATE");
    return await run();
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
}

const blocked = async () => {
  const { rows } = await desk.database.pool.query(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
  );
  return rows[0].count;
};

describe("while a mirror is changed for long", () => {
  it("its owner's other changes and syncs wait without the connections that everybody else needs", async () => {
    const { dependencies, actor } = desk;
    const { contact } = await addContact(dependencies, actor, { email: "old@x.test" });
    // More than there are connections.
    const crowd = Array.from({ length: 20 }, (_, index) => index);
    const waiting = await whileMirrorIsHeld(async () => {
      const all = Promise.all([
        removeContact(dependencies, actor, contact),
        ...crowd.map((index) => addContact(dependencies, actor, { email: `new${index}@x.test` })),
        ...crowd.map(() => syncNow(dependencies, actor)),
      ]);
      all.catch(() => {});
      // One of the changes and one of the syncs.
      await expect.poll(blocked).toBe(2);
      expect(await emailsOf(dependencies)).toEqual(["old@x.test"]);
      return { all };
    });
    await waiting.all;
    expect(await emailsOf(dependencies)).toEqual(crowd.map((index) => `new${index}@x.test`).sort());
    expect(await dependencies.db.select().from(contacts)).toHaveLength(crowd.length);
  });

  const emailsOf = async (dependencies: Dependencies) => {
    const { items } = await listContacts(dependencies, desk.actor, { sort: "name", limit: 100 });
    return items.map(({ email }) => email).sort();
  };
});
