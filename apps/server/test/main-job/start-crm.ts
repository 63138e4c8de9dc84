import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createTestDatabase, freePort, type TestDatabase } from "@crm/db/testing";

const crm = fileURLToPath(new URL("../../src/crm.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx/esm")).href;

/** An installation: one database, and the one `crm serve` process that runs on it at a time. */
export interface Installation {
  database: TestDatabase;
  /** Of the process that runs, or is to be started. */
  url: string;
  temporaryPassword: string;
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
    PATH: process.env.PATH,
    NODE_ENV: "test",
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    JMAP_SESSION_URL: sessionUrl,
    JWT_SECRET: randomBytes(32).toString("base64"),
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    ADMIN_TEMP_PASSWORD: temporaryPassword,
  };
  let child: ChildProcess | null = null;

  async function end(signal: NodeJS.Signals) {
    const running = child;
    child = null;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill(signal);
    await ended;
  }

  return {
    database,
    url,
    temporaryPassword,
    async start() {
      const started = spawn(process.execPath, ["--import", tsx, "--conditions=@crm/source", crm, "serve"], {
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      child = started;
      let output = "";
      await new Promise<void>((resolve, reject) => {
        const read = (chunk: Buffer) => {
          output += chunk;
          if (output.includes("The CRM is running.")) resolve();
        };
        started.stdout.on("data", read);
        started.stderr.on("data", read);
        started.once("exit", () => reject(new Error(`crm serve ended by itself:\n${output}`)));
      });
    },
    kill: () => end("SIGKILL"),
    async remove() {
      await end("SIGTERM");
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
