import { randomBytes } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@crm/db/testing";
import { createDependencies, type Dependencies, type Logger } from "@crm/services";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrateWorker } from "../../src/worker/migrate-worker.ts";
import { type BackgroundWorker, startWorker } from "../../src/worker/start-worker.ts";
import type { BackgroundTask } from "../../src/worker/tasks.ts";

const silent = () => {};
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent };

let database: TestDatabase;
let dependencies: Dependencies;
const workers: BackgroundWorker[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  await migrateWorker(database.url);
  dependencies = createDependencies({
    db: database.db,
    logger,
    signingKeys: [{ id: "test", secret: randomBytes(32) }],
    encryptionKeys: [{ id: "test", key: randomBytes(32) }],
    mailServers: {},
  });
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await database.drop();
});

/** A task that counts its runs; `hold` keeps a run going until it is told to stop. */
function counting({ hold = false } = {}) {
  const seen = { started: 0, stopped: 0 };
  const task: BackgroundTask = {
    name: "count",
    cron: "0 0 1 1 *",
    atStart: true,
    run: async (_dependencies, signal) => {
      seen.started += 1;
      if (hold) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      if (signal.aborted) seen.stopped += 1;
    },
  };
  return { seen, task };
}

async function start(...tasks: BackgroundTask[]) {
  const worker = await startWorker({ dependencies, databaseUrl: database.url, tasks });
  workers.push(worker);
  return worker;
}

describe("the background worker", () => {
  it("runs at the start what is due then", async () => {
    const { seen, task } = counting();
    await start(task);
    await expect.poll(() => seen.started, { timeout: 10_000 }).toBe(1);
  });

  it("runs the real tasks without an error", async () => {
    const errors: unknown[] = [];
    dependencies.logger = { ...logger, error: (fields) => void errors.push(fields) };
    const worker = await startWorker({ dependencies, databaseUrl: database.url });
    workers.push(worker);
    const count = async () => (await database.pool.query("SELECT FROM graphile_worker.jobs")).rowCount;
    await expect.poll(count, { timeout: 15_000 }).toBe(0);
    expect(errors).toEqual([]);
  });

  it("may lose its database while it stops", async () => {
    const thrown: unknown[] = [];
    const note = (error: unknown) => thrown.push(error);
    process.on("uncaughtExceptionMonitor", note);
    try {
      for (let round = 0; round < 10; round++) {
        const worker = await startWorker({ dependencies, databaseUrl: database.url, tasks: [] });
        const stopped = worker.stop();
        let over = false;
        void stopped.then(() => setTimeout(() => (over = true), 50));
        while (!over) {
          await database.pool.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
          );
        }
        await stopped;
      }
    } finally {
      process.off("uncaughtExceptionMonitor", note);
    }
    expect(thrown).toEqual([]);
  });

  it("is not held up by the job of a process that died in the middle of it", async () => {
    const { seen, task } = counting();
    const dead = "worker-of-the-dead";
    await database.pool.query("SELECT graphile_worker.add_job('count', job_key => 'count', max_attempts => 2)");
    await database.pool.query(
      "UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = $1, attempts = 1 WHERE key = 'count'",
      [dead],
    );
    await start(task);
    await expect.poll(() => seen.started, { timeout: 10_000 }).toBe(1);
  });

  it("tells running work to stop, and waits for it", async () => {
    const { seen, task } = counting({ hold: true });
    const worker = await start(task);
    await expect.poll(() => seen.started, { timeout: 10_000 }).toBe(1);
    await worker.stop();
    expect(seen.stopped).toBe(1);
    expect(worker.isRunning()).toBe(false);
  });

  it("goes on after the database threw all its connections out", async () => {
    const { seen, task } = counting();
    await start(task);
    await expect.poll(() => seen.started, { timeout: 10_000 }).toBe(1);
    await database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    await expect
      .poll(() => database.pool.query("SELECT graphile_worker.add_job('count')").catch(() => null), { timeout: 5_000 })
      .not.toBeNull();
    await expect.poll(() => seen.started, { timeout: 20_000 }).toBeGreaterThan(1);
  });
});
