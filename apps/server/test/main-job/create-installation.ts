import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase, freePort, type TestDatabase } from "@crm/db/testing";
import { type CrmProcess, startCrm } from "../process/start-crm.ts";

/** An installation: one database, and the one `crm serve` process that runs on it at a time. */
export interface Installation {
  database: TestDatabase;
  /** Of the process that runs, or is to be started. */
  url: string;
  temporaryPassword: string;
  /** All lines that its processes have logged so far, at the level of debug. What they show to a person is none. */
  logged(): string;
  start(): Promise<void>;
  /** SIGKILL: nothing is finished, nothing is told. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** An installation whose mailboxes are at `sessionUrl`, on a database and a port of its own; not started yet. */
export async function createInstallation(sessionUrl: string): Promise<Installation> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), "crm-main-job-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const temporaryPassword = "Temporary-Pass-1";
  const env = {
    NODE_ENV: "test",
    LOG_LEVEL: "debug",
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    JMAP_SESSION_URL: sessionUrl,
    JWT_SECRET: randomBytes(32).toString("base64"),
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    ADMIN_TEMP_PASSWORD: temporaryPassword,
  };
  let running: CrmProcess | null = null;
  let written = "";

  async function end(signal: NodeJS.Signals) {
    running?.child.kill(signal);
    await running?.ended;
    if (running) written += running.stdout() + running.stderr();
    running = null;
  }

  return {
    database,
    url,
    temporaryPassword,
    logged: () =>
      (written + (running ? running.stdout() + running.stderr() : ""))
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .join("\n"),
    async start() {
      running = startCrm(["serve"], env);
      await running.until("The CRM is running.");
    },
    kill: () => end("SIGKILL"),
    async remove() {
      await end("SIGTERM");
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
