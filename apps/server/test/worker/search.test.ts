import { searchEmails, syncNow } from "@crm/services";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrateWorker } from "../../src/worker/migrate-worker.ts";
import { type BackgroundWorker, startWorker } from "../../src/worker/start-worker.ts";
import { openWorld, type Person, type World } from "../http/open-world.ts";

let world: World;
let person: Person;
let address: string;
const workers: BackgroundWorker[] = [];
beforeEach(async () => {
  world = await openWorld();
  const { database } = world.server;
  await migrateWorker(database.url);
  person = await world.moveIn();
  const { marker } = await world.settle(person);
  address = `${marker}@house.test`;
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await world.close();
});

/** A worker without the tasks of every minute: what it does, it was told to do. */
async function start() {
  const { dependencies, database } = world.server;
  workers.push(await startWorker({ dependencies, databaseUrl: database.url, tasks: [] }));
}

async function receive(subject: string) {
  const headers = `From: Friend <friend@x.test>\r\nTo: ${address}\r\nMessage-ID: <${subject}@x.test>\r\n`;
  await world.mail.deliver(address, `${headers}Subject: ${subject}\r\n\r\nHello\r\n`);
  await syncNow(world.server.dependencies, person.actor);
}

const found = async (q: string) =>
  (await searchEmails(world.server.dependencies, person.actor, { q, limit: 10 })).items.map(({ subject }) => subject);

describe("mail that has just come in", () => {
  it("is found within moments, with any number of workers", async () => {
    await Promise.all([start(), start(), start()]);
    for (const subject of ["first", "second", "third"]) {
      await receive(subject);
      await expect.poll(() => found(subject), { timeout: 5_000 }).toEqual([subject]);
    }
    const { rows } = await world.server.database.pool.query("SELECT count(*)::int AS count FROM email_search");
    expect(rows).toEqual([{ count: 4 }]);
  });

  it("is found once a worker comes, when none was there", async () => {
    await receive("early");
    expect(await found("early")).toEqual([]);
    await start();
    await expect.poll(() => found("early"), { timeout: 5_000 }).toEqual(["early"]);
  });

  it("is found after the database has thrown everybody out", async () => {
    await start();
    await receive("before");
    await expect.poll(() => found("before"), { timeout: 5_000 }).toEqual(["before"]);
    const { pool } = world.server.database;
    const ended = await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND (query LIKE 'LISTEN%' OR query = 'SELECT')`,
    );
    expect(ended.rowCount).toBeGreaterThan(0);
    await receive("after");
    await expect.poll(() => found("after"), { timeout: 10_000 }).toEqual(["after"]);
  });
});
