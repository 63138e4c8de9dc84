import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

const chromium = inject("chromium");

describe.skipIf(!chromium)("the reference page in Chromium", () => {
  let server: TestServer;
  let profile: string;
  beforeAll(async () => {
    server = await startTestServer();
    profile = await mkdtemp(join(tmpdir(), "crm-chromium-"));
  });
  afterAll(async () => {
    await server.stop();
    await rm(profile, { recursive: true, force: true });
  });

  it("shows the operations, works within its policy, and asks nobody else for anything", async () => {
    const args = [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
      ...[`--user-data-dir=${profile}`, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
      // What the page writes to its console, and what becomes of it within so many of its own milliseconds.
      ...["--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom", `${server.url}/api/docs`],
    ];
    const { stdout, stderr } = await promisify(execFile)(chromium ?? "", args, { maxBuffer: 64 * 1_048_576 });
    const said = stderr.split("\n").filter((line) => line.includes(":CONSOLE"));
    expect(said.join("\n")).toContain("@scalar/api-reference");
    expect(said.filter((line) => /Content Security Policy|Refused|Uncaught|Failed to load/.test(line))).toEqual([]);
    const page = stdout.replace(/<script[\s\S]*?<\/script>/g, "").replace(/<[^>]+>/g, " ");
    for (const shown of ["Sign in", "/api/auth/login", "Test Request"]) expect(page).toContain(shown);
    for (const foreign of ["Ask AI", "Generate SDKs"]) expect(page).not.toContain(foreign);
  });
});
