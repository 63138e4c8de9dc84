import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase } from "@crm/db/testing";
import { afterAll, describe, expect, it } from "vitest";
import { addressIn, endAll, startCrm } from "./start-crm.ts";

const RUNNING = "The CRM is running.";

const folders: string[] = [];
/** A folder of a test's own: tests here run side by side, since a process that starts waits more than it works. */
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "crm-serve-"));
  folders.push(folder);
  return folder;
}
afterAll(async () => {
  await endAll();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const ps = (...columns: string[]) =>
  execFileSync("ps", ["-e", ...columns.flatMap((column) => ["-o", `${column}=`])], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));

/** A process and all that it started, as process ids. */
function familyOf(pid: number | undefined): string[] {
  const parents = ps("pid", "ppid");
  const family = [String(pid)];
  // The list grows while it is walked: children of children are found too.
  for (const member of family) family.push(...parents.filter(([, ppid]) => ppid === member).map(([id = ""]) => id));
  return family;
}

/** Those of them that still run; one that waits to be reaped does not. */
function survivors(family: readonly string[]): string[] {
  return ps("pid", "stat").flatMap(([pid = "", state = ""]) =>
    family.includes(pid) && !state.startsWith("Z") ? [pid] : [],
  );
}

const post = (url: string, body: unknown) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

describe("crm serve with nothing but a folder", () => {
  it("starts with everything, stops without a trace, and finds its data the next time", async () => {
    const env = { DATA_DIR: newFolder(), PORT: "0" };
    const first = startCrm([], env);
    const shown = await first.until("Next:");
    const [, password = ""] = /Password\s+(\S+)/.exec(shown) ?? [];
    expect(shown).toContain("demo@crm.test, password demo");
    expect(shown.indexOf("Starting PostgreSQL")).toBeLessThan(shown.indexOf("Bringing the database up to date"));
    const login = await post(`${addressIn(shown)}/api/auth/login`, { username: "admin", password });
    expect(login.status).toBe(200);
    const ready = await fetch(`${addressIn(shown)}/readyz`);
    expect(await ready.json()).toMatchObject({ status: "ready", checks: { database: true, worker: true } });
    const family = familyOf(first.child.pid);
    expect(family.length).toBeGreaterThan(2);
    first.child.kill("SIGINT");
    expect(await first.ended).toBe(0);
    expect(survivors(family)).toEqual([]);
    expect(first.stderr()).toBe("");

    const second = startCrm(["serve"], env);
    const shownAgain = await second.until("Next:");
    expect(shownAgain).not.toMatch(/Password/);
    expect((await post(`${addressIn(shownAgain)}/api/auth/login`, { username: "admin", password })).status).toBe(200);
    const beside = startCrm(["serve"], env);
    const seed = startCrm(["seed"], env);
    expect(await beside.ended).toBe(1);
    expect(beside.stderr()).toMatch(/^The data folder .+ is in use by another crm \(process \d+\)[^\n]+\n$/);
    expect(await seed.ended).toBe(0);
    expect(seed.stdout()).toContain("There are users already");

    // Killed, it leaves nothing behind either, and the next start does not mind.
    const secondFamily = familyOf(second.child.pid);
    second.child.kill("SIGKILL");
    await second.ended;
    await expect.poll(() => survivors(secondFamily), { timeout: 10_000 }).toEqual([]);

    const forced = startCrm(["serve"], env);
    await forced.until(RUNNING);
    const forcedFamily = familyOf(forced.child.pid);
    forced.child.kill("SIGTERM");
    await forced.until("Stopping");
    forced.child.kill("SIGTERM");
    expect([0, 1]).toContain(await forced.ended);
    await expect.poll(() => survivors(forcedFamily), { timeout: 10_000 }).toEqual([]);
  }, 120_000);
});

describe.concurrent("crm serve that cannot start", { timeout: 90_000 }, () => {
  const complaint = async (env: Record<string, string>) => {
    const crm = startCrm(["serve"], env);
    expect(await crm.ended).toBe(1);
    return crm.stderr();
  };

  it("names a busy port in one sentence, before it changes anything", async () => {
    const database = await createTestDatabase();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const PORT = String((other.address() as AddressInfo).port);
    const sentence = `Port ${PORT} on 127.0.0.1 is in use by another program; stop that one, or set PORT to another.\n`;
    expect(await complaint({ DATA_DIR: newFolder(), PORT, DATABASE_URL: database.url })).toBe(sentence);
    const { rows } = await database.pool.query("SELECT FROM users");
    expect(rows).toEqual([]);
    other.close();
    await database.drop();
  });

  it("names a folder that cannot be written in one sentence", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    expect(await complaint({ DATA_DIR: join(file, "data") })).toMatch(
      /^DATA_DIR should be a folder[^\n]+ENOTDIR[^\n]+\n$/,
    );
  });

  it.runIf(process.platform === "linux")("does not hang on a file system that takes no folders", async () => {
    expect(await complaint({ DATA_DIR: "/proc/crm/data" })).toMatch(/^DATA_DIR should be a folder[^\n]+\n$/);
  });

  it("names a database that is not there in one sentence", async () => {
    const DATABASE_URL = "postgres://nobody@127.0.0.1:1/nothing";
    expect(await complaint({ DATA_DIR: newFolder(), DATABASE_URL })).toMatch(
      /^The database at 127\.0\.0\.1:1 cannot be used[^\n]+\n$/,
    );
  });

  it("names every bad variable in a sentence of its own", async () => {
    const [bad, missing] = await Promise.all([
      complaint({ DATA_DIR: newFolder(), PORT: "many", NODE_ENV: "production" }),
      complaint({ DATA_DIR: newFolder(), NODE_ENV: "production" }),
    ]);
    expect(bad).toBe("PORT should be a whole number from 0 to 65535.\n");
    expect(missing.trim().split("\n")).toHaveLength(2);
  });

  it("does not seed an admin whose given password breaks the rules", async () => {
    const database = await createTestDatabase();
    const env = { DATA_DIR: newFolder(), PORT: "0", DATABASE_URL: database.url, ADMIN_TEMP_PASSWORD: "P@ssw0rd" };
    expect(await complaint(env)).toBe("ADMIN_TEMP_PASSWORD is among the most common ones.\n");
    await database.drop();
  });
});

describe.concurrent("processes on one database", () => {
  it("of several first starts at once, one makes the admin", async () => {
    const database = await createTestDatabase();
    const starts = [0, 1].map(() =>
      startCrm(["serve", "--no-worker"], {
        DATA_DIR: newFolder(),
        PORT: "0",
        DATABASE_URL: database.url,
        NODE_ENV: "test",
      }),
    );
    const shown = await Promise.all(starts.map((start) => start.until("Next:")));
    expect(shown.filter((text) => /Password/.test(text))).toHaveLength(1);
    const { rows } = await database.pool.query("SELECT role FROM users");
    expect(rows).toEqual([{ role: "admin" }]);
    for (const { child } of starts) child.kill("SIGTERM");
    expect(await Promise.all(starts.map(({ ended }) => ended))).toEqual([0, 0]);
    await database.drop();
  }, 60_000);

  it("a request that is running when the stop begins is answered", async () => {
    const database = await createTestDatabase();
    const env = { DATA_DIR: newFolder(), PORT: "0", DATABASE_URL: database.url };
    const crm = startCrm(["serve", "--no-worker"], env);
    const shown = await crm.until("Next:");
    const [, password = ""] = /Password\s+(\S+)/.exec(shown) ?? [];
    // Hashing takes long enough for the stop to begin in the middle of it.
    const logins = Array.from({ length: 10 }, () =>
      post(`${addressIn(shown)}/api/auth/login`, { username: "admin", password }),
    );
    await Promise.race(logins);
    crm.child.kill("SIGTERM");
    const answers = await Promise.all(logins);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await crm.ended).toBe(0);
    await database.drop();
  }, 90_000);

  it("crm worker runs beside crm serve --no-worker and stops by itself", async () => {
    const database = await createTestDatabase();
    const env = { DATA_DIR: newFolder(), DATABASE_URL: database.url };
    const worker = startCrm(["worker"], env);
    await worker.until("The background worker is running.");
    worker.child.kill("SIGTERM");
    expect(await worker.ended).toBe(0);
    await database.drop();
  }, 90_000);
});
