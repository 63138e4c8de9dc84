import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EmbeddedPostgresError, findRunningEmbeddedPostgres, startEmbeddedPostgres } from "@crm/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findProcesses, keepInOtherProcess, makeNest, query, statOf, untilGone } from "./embedded-fixture.ts";

const KEPT = [{ word: "Žltý kôň" }];
let nest: Awaited<ReturnType<typeof makeNest>>;
beforeAll(async () => {
  nest = await makeNest();
});
afterAll(() => nest.remove());

test("the data is there after a stop, and a later start takes less than 1.5 s", async () => {
  const dataDir = await nest.copy();
  const durations: number[] = [];
  // The quickest of three: other tests may run beside this one.
  for (let round = 0; round < 3; round++) {
    const begun = Date.now();
    const postgres = await startEmbeddedPostgres({ dataDir });
    durations.push(Date.now() - begun);
    expect(await query(postgres.url, "SELECT word FROM kept")).toEqual(KEPT);
    await postgres.stop();
    await untilGone(postgres.pid);
  }
  expect(Math.min(...durations)).toBeLessThan(1_500);
});

test("it listens on loopback alone and wants the password", async () => {
  const postgres = await startEmbeddedPostgres({ dataDir: await nest.copy() });
  const stranger = new URL(postgres.url);
  stranger.password = "guess";
  const [row] = (await query(
    postgres.url,
    "SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets",
  )) as object[];
  await expect(query(stranger.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
  await postgres.stop();
  expect(row).toEqual({ addresses: "127.0.0.1", sockets: "" });
});

test("a write is on the disk when it is acknowledged, unless the data is to be thrown away", async () => {
  const fsync = async (throwAway: boolean) => {
    const postgres = await startEmbeddedPostgres({ dataDir: await nest.copy(), throwAway });
    const rows = await query(postgres.url, "SHOW fsync");
    await postgres.stop();
    return rows;
  };
  expect(await fsync(false)).toEqual([{ fsync: "on" }]);
  expect(await fsync(true)).toEqual([{ fsync: "off" }]);
});

test("a second start on the same folder is refused in one sentence, in this process and in another", async () => {
  const dataDir = await nest.copy();
  const first = await keepInOtherProcess(dataDir);
  const sentence = `The data folder ${dataDir} is in use by another crm (process ${first.pid}); stop that one first, or set DATA_DIR to another folder.`;
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toEqual(new EmbeddedPostgresError(sentence));
  const second = await keepInOtherProcess(dataDir);
  expect(second.answer.error).toBe(`EmbeddedPostgresError: ${sentence}`);
  expect(await query(first.answer.url, "SELECT word FROM kept")).toEqual(KEPT);
  await first.end("SIGTERM");
  await untilGone(first.answer.pid);
});

test("of several starts at once on one folder, one wins, also over the lock of a dead process", async () => {
  const dataDir = await nest.copy();
  await writeFile(join(dataDir, "crm.lock"), `${process.pid} an-earlier-life 00\n`);
  const starts = await Promise.allSettled(Array.from({ length: 8 }, () => startEmbeddedPostgres({ dataDir })));
  const winners = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  await Promise.all(winners.map(({ stop }) => stop()));
  expect(winners).toHaveLength(1);
});

test("PostgreSQL ends with a parent that was killed, and the next start finds every committed row", async () => {
  const dataDir = await nest.copy();
  const killed = await keepInOtherProcess(dataDir);
  await query(killed.answer.url, "INSERT INTO kept VALUES ('before the end')");
  await killed.end("SIGKILL");
  const next = await startEmbeddedPostgres({ dataDir });
  expect(await query(next.url, "SELECT word FROM kept")).toEqual([...KEPT, { word: "before the end" }]);
  await next.stop();
  await untilGone(killed.answer.pid);
});

test.runIf(process.platform === "linux")(
  "a PostgreSQL that was left running is stopped by the next start",
  async () => {
    const dataDir = await nest.copy();
    const killed = await keepInOtherProcess(dataDir);
    const leftOver = killed.answer.pid;
    const [watchman] = await findProcesses(new RegExp(`^/bin/sh -c read .* ${leftOver} $`));
    process.kill(watchman as number, "SIGKILL");
    await killed.end("SIGKILL");
    expect((await statOf(leftOver)).state).toBe("S");
    const told: string[] = [];
    const next = await startEmbeddedPostgres({ dataDir, onProgress: (message) => told.push(message) });
    expect(await query(next.url, "SELECT word FROM kept")).toEqual(KEPT);
    await next.stop();
    await untilGone(leftOver);
    expect(told).toEqual(["stopping the PostgreSQL that an earlier run left behind"]);
  },
);

test("a PostgreSQL that is killed is reported, and the next start recovers", async () => {
  const dataDir = await nest.copy();
  const killed = await new Promise<Error>((resolve, reject) => {
    startEmbeddedPostgres({ dataDir, onUnexpectedExit: resolve }).then(async ({ url, pid, stop }) => {
      await query(url, "INSERT INTO kept VALUES ('before the crash')");
      process.kill(pid, "SIGKILL");
      await untilGone(pid);
      await stop();
    }, reject);
  });
  expect(killed.message).toMatch(/^PostgreSQL ended by itself \(SIGKILL\); its log is /);
  await expect
    .poll(async () => {
      const next = await startEmbeddedPostgres({ dataDir });
      const rows = await query(next.url, "SELECT word FROM kept");
      await next.stop();
      return rows;
    })
    .toEqual([...KEPT, { word: "before the crash" }]);
});

test.runIf(process.platform === "linux")("a Ctrl-C in the terminal does not reach PostgreSQL before us", async () => {
  const postgres = await startEmbeddedPostgres({ dataDir: await nest.copy() });
  const [own, its] = await Promise.all([statOf(process.pid), statOf(postgres.pid)]);
  await postgres.stop();
  expect(its.group).toBe(postgres.pid);
  expect(its.group).not.toBe(own.group);
});

test("a first start that was cut short is begun anew", async () => {
  const dataDir = await nest.copy();
  await rm(join(dataDir, "postgres"), { recursive: true });
  await mkdir(join(dataDir, "postgres.new"));
  await writeFile(join(dataDir, "postgres.new", "PG_VERSION"), "18\n");
  const postgres = await startEmbeddedPostgres({ dataDir });
  expect(await query(postgres.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  await postgres.stop();
});

test("a folder that cannot be made, data of another version, a lost password: one sentence each", async () => {
  const file = join(nest.folder, "file");
  await writeFile(file, "");
  const refusal = (dataDir: string) => startEmbeddedPostgres({ dataDir }).then(String, (error: Error) => error.message);
  expect(await refusal(join(file, "below"))).toBe(
    `The data folder ${file}/below cannot be written to (it lies below a file); make it writable, or set DATA_DIR to another folder.`,
  );
  expect(await refusal(file)).toContain("(it is a file)");
  if (process.platform === "linux") expect(await refusal("/proc/crm")).toContain("(it cannot be made there)");
  const older = await nest.copy();
  await writeFile(join(older, "postgres", "PG_VERSION"), "17\n");
  expect(await refusal(older)).toContain("was made by PostgreSQL 17 and this release brings PostgreSQL 18");
  const locked = await nest.copy();
  await writeFile(join(locked, "postgres-password"), "");
  expect(await refusal(locked)).toContain("restore the file");
});

test("after a refused start the folder is free, and the password file is for its owner alone", async () => {
  const dataDir = await nest.copy();
  const version = join(dataDir, "postgres", "PG_VERSION");
  await writeFile(version, "17\n");
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toBeInstanceOf(EmbeddedPostgresError);
  await writeFile(version, "18\n");
  const postgres = await startEmbeddedPostgres({ dataDir });
  expect(await findRunningEmbeddedPostgres(dataDir)).toBe(postgres.url);
  await postgres.stop();
  expect(await findRunningEmbeddedPostgres(dataDir)).toBeNull();
  expect((await stat(join(dataDir, "postgres-password"))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(dataDir, "postgres.log"), "utf8")).not.toContain(new URL(postgres.url).password);
});
