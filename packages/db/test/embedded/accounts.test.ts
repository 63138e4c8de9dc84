import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@crm/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reachableBinaries } from "../../src/embedded/binaries.ts";
import { isRoot, keepInOtherProcess, makeNest, NOBODY, query } from "./embedded-fixture.ts";

let nest: Awaited<ReturnType<typeof makeNest>>;
beforeAll(async () => {
  nest = await makeNest();
});
afterAll(() => nest.remove());

describe.runIf(isRoot)("started by root", () => {
  test("PostgreSQL runs under an unprivileged account that owns the data", async () => {
    const dataDir = await nest.copy();
    const { pid, stop } = await startEmbeddedPostgres({ dataDir });
    const [running, data] = await Promise.all([stat(`/proc/${pid}`), stat(join(dataDir, "postgres"))]);
    await stop();
    expect(running.uid).toBeGreaterThan(0);
    expect(data.uid).toBe(running.uid);
  });

  test("it works in a folder that other users cannot reach", async () => {
    const closed = join(nest.folder, "closed");
    await mkdir(closed, { mode: 0o700 });
    const dataDir = join(closed, "data");
    for (const start of ["first", "second"]) {
      const { url, stop } = await startEmbeddedPostgres({ dataDir });
      expect(await query(url, "SELECT 1 AS one"), `${start} start`).toEqual([{ one: 1 }]);
      await stop();
    }
  });

  test("data that root copied from a backup is handed to the account", async () => {
    const dataDir = await nest.copy();
    const cluster = join(dataDir, "postgres");
    await chown(cluster, 0, 0);
    await chown(join(cluster, "PG_VERSION"), 0, 0);
    const { url, stop } = await startEmbeddedPostgres({ dataDir });
    expect(await query(url, "SELECT count(*)::int AS n FROM kept")).toEqual([{ n: 1 }]);
    await stop();
    expect((await stat(join(cluster, "PG_VERSION"))).uid).toBeGreaterThan(0);
  });

  test("binaries below a closed folder are copied to where the account reaches them", async () => {
    const folder = join(nest.folder, "closed-binaries", "native");
    await mkdir(join(folder, "bin"), { recursive: true, mode: 0o700 });
    await writeFile(join(folder, "bin", "postgres"), "a program", { mode: 0o700 });
    const version = `test-${process.pid}`;
    const copy = await reachableBinaries({ folder, version }, NOBODY);
    try {
      expect(copy).not.toBe(folder);
      expect(await readFile(join(copy, "bin", "postgres"), "utf8")).toBe("a program");
      const modes = await Promise.all(
        [copy, join(copy, "bin"), join(copy, "bin", "postgres")].map((path) => stat(path)),
      );
      expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o755, 0o755, 0o755]);
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});

describe.runIf(isRoot)("started by an ordinary user", () => {
  test("it makes its data, keeps it, and runs as that user", async () => {
    const home = join(nest.folder, "home");
    await mkdir(home, { mode: 0o700 });
    await chown(home, NOBODY.uid, NOBODY.gid);
    const dataDir = join(home, "data");
    const first = await keepInOtherProcess(dataDir, NOBODY);
    expect(first.answer.error).toBeUndefined();
    await query(first.answer.url, "CREATE TABLE own (word text)");
    expect((await stat(`/proc/${first.answer.pid}`)).uid).toBe(NOBODY.uid);
    await first.end("SIGTERM");
    const second = await keepInOtherProcess(dataDir, NOBODY);
    expect(await query(second.answer.url, "SELECT count(*)::int AS n FROM own")).toEqual([{ n: 0 }]);
    await second.end("SIGTERM");
  });

  test("a folder that the user may not write to is refused in one sentence", async () => {
    const dataDir = join(nest.folder, "read-only");
    await mkdir(dataDir);
    await chmod(dataDir, 0o555);
    const { answer } = await keepInOtherProcess(dataDir, NOBODY);
    expect(answer.error).toBe(
      `EmbeddedPostgresError: The data folder ${dataDir} cannot be written to (permission denied); make it writable, or set DATA_DIR to another folder.`,
    );
  });

  test("data that belongs to somebody else is refused in one sentence", async () => {
    const dataDir = await nest.copy();
    await chown(dataDir, NOBODY.uid, NOBODY.gid);
    const { answer } = await keepInOtherProcess(dataDir, NOBODY);
    expect(answer.error).toContain("belongs to another user");
  });
});
