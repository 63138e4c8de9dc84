import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { attachCyrus, type CyrusCoordinates, startCyrus, whyNoCyrus } from "@crm/jmap/testing";
import { describe, expect, it } from "vitest";
import { rawMessage } from "./raw-message.ts";

/** Living processes that have the data folder on their command line. */
async function processesOf({ dataDir }: CyrusCoordinates): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return lines.filter((line) => line.includes(dataDir));
}

describe.skipIf(whyNoCyrus() !== null)("a throw-away Cyrus", () => {
  it("leaves neither process nor file behind when it is stopped", async () => {
    const server = await startCyrus();
    if (server === null) throw new Error("Cyrus did not start");
    const account = await server.createAccount();
    await server.deliver(account, rawMessage({}));
    expect((await processesOf(server.coordinates)).length).toBeGreaterThan(2);
    await server.stop();
    expect(await processesOf(server.coordinates)).toEqual([]);
    expect(existsSync(server.coordinates.dataDir)).toBe(false);
    await server.stop();
  });

  it("ends with the process that started it, however that one dies", async () => {
    const starter = spawn(
      process.execPath,
      [
        "--import=tsx",
        "--conditions=@crm/source",
        "--input-type=module",
        "--eval",
        `import { startCyrus } from "@crm/jmap/testing";
         console.log(JSON.stringify((await startCyrus()).coordinates));`,
      ],
      { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
    );
    const [line] = (await once(createInterface({ input: starter.stdout }), "line")) as [string];
    const coordinates = JSON.parse(line) as CyrusCoordinates;
    // It works from here, too.
    await attachCyrus(coordinates).createAccount();
    starter.kill("SIGKILL");
    await expect.poll(() => processesOf(coordinates), { timeout: 10_000 }).toEqual([]);
    // The next start sweeps up what the dead one could not.
    const next = await startCyrus();
    expect(existsSync(coordinates.dataDir)).toBe(false);
    await next?.stop();
  });
});
