import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "@crm/db/testing";
import { afterAll, beforeAll, expect, it } from "vitest";

const checkout = fileURLToPath(new URL("../../../..", import.meta.url));

/** The code blocks of the README whose info string ends with `name`, as they stand there. */
async function blocksOf(name: string): Promise<string[]> {
  const readme = await readFile(join(checkout, "README.md"), "utf8");
  return [...readme.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)]
    .filter(([, info]) => info === name)
    .map(([, , code = ""]) => code);
}

let folder: string;
let server: ChildProcess;
let output = "";
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "crm-tour-"));
  port = await freePort();
  server = spawn("npm", ["start"], {
    cwd: checkout,
    env: { ...process.env, NODE_ENV: "", VITEST: "", PORT: String(port), DATA_DIR: join(folder, "data") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  server.stderr?.on("data", (chunk) => {
    output += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    server.stdout?.on("data", (chunk) => {
      output += chunk;
      if (/^ {2}Password +\S+/m.test(output)) resolve();
    });
    server.once("exit", () => reject(new Error(`npm start ended by itself:\n${output}`)));
  });
}, 300_000);

afterAll(async () => {
  if (server.exitCode === null) {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

it("works for a shop as pasted after npm start", async () => {
  const [shop = ""] = await blocksOf("shop");
  const pasted = shop.replace("http://127.0.0.1:5000", `http://127.0.0.1:${port}`);
  expect(pasted).not.toBe(shop);
  const [signedUp, renamed, signedOut] = (await run(pasted)).stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(signedUp).toMatchObject({ name: "Jana Nováková", email: "jana@example.com" });
  expect(renamed).toMatchObject({ id: signedUp.id, name: "Jana Horváthová" });
  expect(signedOut).toEqual({ code: "unauthorized", error: "Please sign in." });
});

it("works as pasted after npm start, in curl and with the packed SDK", async () => {
  const [password = ""] = output.match(/(?<=^ {2}Password +)\S+/m) ?? [];
  const [curl = "", sdk = ""] = await blocksOf("tour");
  const [program = ""] = await blocksOf("tour.mjs");
  const pasted = curl
    .replace("http://127.0.0.1:5000", `http://127.0.0.1:${port}`)
    .replace("'the temporary password'", `'${password}'`);
  expect(pasted).not.toBe(curl);

  const answers = await run(`${pasted}\necho "$EMAIL" "$CONTACT" "$THREAD" >&2`);
  const [linked, synced, discovered, thread, reply, unread] = answers.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(linked.data).toMatchObject({ emailVerified: true, mailAccount: { address: "demo@crm.test" } });
  expect(synced.data.status).toBe("completed");
  expect(discovered.data).toHaveLength(3);
  expect(thread.data.length).toBeGreaterThan(0);
  expect(reply.data).toMatchObject({ status: "sent", email: { threadId: thread.data[0].threadId } });
  expect(unread.data.count).toEqual(expect.any(Number));
  expect(answers.stderr).toMatch(/^\S+@\S+ [0-9a-f-]{36} \S+$/m);

  const made = await run(`${sdk}\necho; pwd`);
  const project = made.stdout.trim().split("\n").at(-1) ?? "";
  await writeFile(join(project, "tour.mjs"), program);
  const env = { ...process.env, CRM: `http://127.0.0.1:${port}` };
  const { stdout } = await promisify(execFile)(process.execPath, ["tour.mjs"], { cwd: project, env });
  await rm(project, { recursive: true, force: true });
  expect(stdout).toMatch(/: \d+ messages\n/);
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\S+Z .+ \d+$/m);
}, 240_000);

const run = (script: string) =>
  promisify(execFile)("bash", ["-eo", "pipefail", "-c", script], { cwd: checkout, maxBuffer: 64 * 1_048_576 });
