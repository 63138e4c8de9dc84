import { createContact } from "@crm/db/testing";
import { type Actor, updateContact } from "@crm/services";
import { afterAll, beforeAll, expect, it } from "vitest";
import { followFeed } from "./follow-feed.ts";
import { startTwoProcesses } from "./start-two-processes.ts";

const WRITERS = 8;
const WRITES = 40;

let processes: Awaited<ReturnType<typeof startTwoProcesses>>;
beforeAll(async () => {
  processes = await startTwoProcesses();
});
afterAll(() => processes.stop());

it("many write in two processes, a reader comes and goes: it is told everything once and in order", async () => {
  const { here, there } = processes;
  const servers = [here, there];
  const { user, accessToken: token } = await here.signIn();
  const { organizationId, id: userId, username, role } = user;
  const caller = { requestId: "test", ipAddress: null, userAgent: null };
  const actor: Actor = { ...caller, organizationId, userId, username, role, sessionId: null, passwordDue: false };

  const writing = Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const { id } = await createContact(here.database.db, user);
      const { dependencies } = servers[writer % 2] ?? here;
      for (let note = 1; note <= WRITES; note++) {
        await updateContact(dependencies, actor, { id, notes: `${writer}/${note}` });
      }
    }),
  );

  const told: { id: string; notes: string }[] = [];
  let lastEventId = "0";
  for (let visit = 0; told.length < WRITERS * WRITES; visit++) {
    const feed = await followFeed((servers[visit % 2] ?? here).url, { token, lastEventId });
    // In the middle of a page or while it waits: wherever it happens to be.
    const stay = 1 + Math.floor(Math.random() * 25);
    for (let count = 0; count < stay && told.length < WRITERS * WRITES; count++) {
      const { id, data } = await feed.until("contact.updated");
      told.push({ id: id ?? "", notes: data.data.notes });
    }
    lastEventId = feed.lastEventId() ?? "";
    feed.close();
  }
  await writing;

  const { rows } = await here.database.pool.query(
    "SELECT sequence::text AS id, data->>'notes' AS notes FROM events WHERE user_id = $1 ORDER BY sequence",
    [userId],
  );
  expect(rows).toHaveLength(WRITERS * WRITES);
  expect(told).toEqual(rows);
}, 60_000);
