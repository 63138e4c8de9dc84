import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const sdk = fileURLToPath(new URL("..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const project = mkdtempSync(join(tmpdir(), "crm-sdk-"));

const RIGHT = `
const { user, needsPasswordChange } = await crm.auth.login({ username: "a", password: "b" });
const name: string = user.username;
const due: boolean = needsPasswordChange;
await crm.auth.me({ timeout: 1 });
await crm.auth.logout();
const page = await crm.contacts.list();
const next: string | null = page.nextCursor;
for await (const { emailCount } of crm.contacts.list.all({ limit: 10 })) emailCount.toFixed();
const one: CrmOutputs["contacts"]["get"] = await crm.contacts.get({ id: "x" }, { signal: AbortSignal.timeout(1) });
const response: Response = await crm.emails.attachment({ jmapId: "m", blobId: "b" });
const { blobId } = await crm.emails.uploadAttachment({ content: new Blob([]), name: "a.pdf" }, { timeout: 1 });
await crm.emails.uploadAttachment({ content: new Uint8Array(1) });
await crm.auth.setAvatar({ image: new ArrayBuffer(1) });
if (isCrmError(name, "CONTACT_EXISTS")) name.requestId;
export { blobId, due, next, one, response };`;

/** Each is one line, and one mistake. */
const WRONG: [what: string, line: string][] = [
  ["a call without its input", "await crm.contacts.add();"],
  ["a wrong type", 'await crm.contacts.list({ limit: "10" });'],
  ["an unknown key", 'await crm.contacts.add({ email: "a@b.c", userId: "x" });'],
  ["an unknown procedure", "await crm.contacts.explode();"],
  ["a secret in an answer", "(await crm.auth.me()).passwordHash;"],
  ["an answer taken for something else", "export const n: number = (await crm.auth.me()).username;"],
  ["a code that is none", 'isCrmError(null, "NO_SUCH_CODE");'],
  ["paging of what is no list", "crm.auth.me.all();"],
  ["a file that is none", "await crm.emails.uploadAttachment({ content: 5 });"],
  ["a cursor where pages are walked", 'crm.contacts.list.all({ cursor: "x" });'],
];

const HEAD = [
  'import { createCrmClient, type CrmOutputs, isCrmError } from "@crm/sdk";',
  'const crm = createCrmClient({ baseUrl: "http://127.0.0.1" });',
];

let complaints: { file: string; line: number }[];

/** A project of somebody else's: the built package and its dependencies, nothing of the workspace. */
beforeAll(() => {
  execFileSync("npm", ["run", "build"], { cwd: sdk, stdio: "pipe" });
  const installed = join(project, "node_modules/@crm/sdk");
  mkdirSync(installed, { recursive: true });
  for (const part of ["package.json", "dist"]) cpSync(join(sdk, part), join(installed, part), { recursive: true });
  mkdirSync(join(project, "node_modules/@trpc"));
  for (const name of ["client", "server"]) {
    symlinkSync(realpathSync(join(sdk, "node_modules/@trpc", name)), join(project, "node_modules/@trpc", name));
  }
  const types = dirname(dirname(createRequire(import.meta.url).resolve("@types/node/package.json")));
  symlinkSync(types, join(project, "node_modules/@types"));
  const write = (name: string, lines: string[]) => writeFileSync(join(project, name), lines.join("\n"));
  const compilerOptions = { strict: true, noEmit: true, target: "ES2022", module: "NodeNext", types: ["node"] };
  write("package.json", ['{ "type": "module" }']);
  write("tsconfig.json", [JSON.stringify({ compilerOptions, files: ["right.ts", "wrong.ts"] })]);
  write("right.ts", [...HEAD, RIGHT]);
  write("wrong.ts", [...HEAD, ...WRONG.map(([, line]) => line), "export type { CrmOutputs };"]);
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", "."], { cwd: project, encoding: "utf8" });
  complaints = [...stdout.matchAll(/^(\S+)\((\d+),\d+\): error TS/gm)].map(([, file = "", line]) => ({
    file,
    line: Number(line),
  }));
}, 240_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("the built package in somebody else's project", () => {
  it("lets right calls pass, and its own declarations", () => {
    expect(complaints.filter(({ file }) => file !== "wrong.ts")).toEqual([]);
  });

  it.each(WRONG.map(([what], index) => [what, index] as const))("rejects %s", (_what, index) => {
    expect(complaints).toContainEqual({ file: "wrong.ts", line: HEAD.length + 1 + index });
  });

  it.each([
    ["ES modules", "module", 'import { createCrmClient } from "@crm/sdk";'],
    ["CommonJS", "commonjs", 'const { createCrmClient } = require("@crm/sdk");'],
  ])("loads from %s", (_what, kind, load) => {
    const program = `${load} console.log(typeof createCrmClient({ baseUrl: "http://127.0.0.1" }).contacts.list.all)`;
    const answer = execFileSync(process.execPath, [`--input-type=${kind}`, "-e", program], { cwd: project });
    expect(answer.toString().trim()).toBe("function");
  });
});
