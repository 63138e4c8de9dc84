import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { procedureTable, restProcedures } from "@crm/api";
import { ERROR_CODES } from "@crm/schemas";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Docstrings, readDocstrings } from "./docstrings.ts";

const sdk = fileURLToPath(new URL("..", import.meta.url));
const pnpm = fileURLToPath(new URL("../../../scripts/pnpm.mjs", import.meta.url));
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
const fake = createFakeCrm({ handlers: { contacts: { remove: ({ id }) => ({ id }) } } });
(await fake.signIn().auth.me()).username.trim();
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
  ["a fake that answers with something else", "createFakeCrm({ handlers: { contacts: { remove: () => 5 } } });"],
  ["a cursor where pages are walked", 'crm.contacts.list.all({ cursor: "x" });'],
];

const HEAD = [
  'import { createCrmClient, type CrmOutputs, isCrmError } from "@crm/sdk";',
  'import { createFakeCrm } from "@crm/sdk/testing";',
  'const crm = createCrmClient({ baseUrl: "http://127.0.0.1" });',
];

/** What examples take as given. */
const GIVEN = `
import type * as sdk from "@crm/sdk";
import type * as testing from "@crm/sdk/testing";
declare global {
  type CrmClient = sdk.CrmClient;
  type CrmErrorCode = sdk.CrmErrorCode;
  type CrmEvent = sdk.CrmEvent;
  type CrmInputs = sdk.CrmInputs;
  type CrmOutputs = sdk.CrmOutputs;
  type FakeCaller = testing.FakeCaller;
  type FakeCrm = testing.FakeCrm;
  type FakeCrmOptions = testing.FakeCrmOptions;
  type FakeHandlers = testing.FakeHandlers;
  type FakePerson = testing.FakePerson;
  type FileContent = sdk.FileContent;
  type SubscribeOptions<Type extends sdk.CrmEvent["type"]> = sdk.SubscribeOptions<Type>;
  type TokenStore = sdk.TokenStore;
  type Tokens = sdk.Tokens;
  type UploadAttachmentInput = sdk.UploadAttachmentInput;
  const { createCrmClient, CrmError, isCrmError, memoryTokenStore }: typeof sdk;
  const { createFakeCrm }: typeof testing;
  const crm: CrmClient;
  const [baseUrl, password, token]: string[];
  const contact: CrmOutputs["contacts"]["get"];
  const duplicate: CrmOutputs["contacts"]["get"];
  const email: CrmOutputs["emails"]["get"];
  const error: unknown;
  const file: File;
  const profile: CrmOutputs["profiles"]["get"];
  const user: CrmOutputs["auth"]["me"];
}`;

const tarball = join(project, "crm-sdk.tgz");
const installed = join(project, "node_modules/@crm/sdk");
const declarations = () => readdirSync(join(installed, "dist")).filter((name) => /\.d\.c?ts$/.test(name));

let complaints: { file: string; line: number; text: string }[];
let docstrings: Docstrings;

/** Every example that an editor or the README shows, by where it stands. */
function toldExamples(): [name: string, code: string][] {
  const { calls, exported, members } = docstrings;
  const told = [...calls, ...exported, ...members].flatMap(({ name, examples }) =>
    examples.map((code): [string, string] => [name, code]),
  );
  const readme = readFileSync(join(installed, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  return [...told, ...blocks.map(([, code = ""], index): [string, string] => [`README-${index + 1}`, code])];
}

/** A project of somebody else's: the built package and its dependencies, nothing of the workspace. */
beforeAll(() => {
  execFileSync("npm", ["run", "build"], { cwd: sdk, stdio: "pipe" });
  execFileSync(process.execPath, [pnpm, "--filter", "@crm/sdk", "pack", "--out", tarball], { stdio: "pipe" });
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  mkdirSync(join(project, "node_modules/@trpc"));
  for (const name of ["client", "server"]) {
    symlinkSync(realpathSync(join(sdk, "node_modules/@trpc", name)), join(project, "node_modules/@trpc", name));
  }
  mkdirSync(join(project, "node_modules/@types"));
  for (const name of ["node", "react"]) {
    const types = dirname(createRequire(import.meta.url).resolve(`@types/${name}/package.json`));
    symlinkSync(types, join(project, "node_modules/@types", name));
  }
  cpSync(join(installed, "examples"), join(project, "examples"), { recursive: true });
  const write = (name: string, lines: string[]) => writeFileSync(join(project, name), lines.join("\n"));
  const compilerOptions = {
    ...{ strict: true, noEmit: true, target: "ES2022", module: "NodeNext", types: ["node"] },
    ...{ jsx: "react-jsx", allowJs: true, checkJs: true },
  };
  write("package.json", ['{ "type": "module" }']);
  docstrings = readDocstrings(project);
  mkdirSync(join(project, "told"));
  write("told/given.d.ts", [GIVEN]);
  for (const [name, code] of toldExamples()) write(`told/${name}.ts`, [code, "export {};"]);
  write("tsconfig.json", [JSON.stringify({ compilerOptions, include: ["*.ts", "examples", "told"] })]);
  write("right.ts", [...HEAD, RIGHT]);
  write("wrong.ts", [...HEAD, ...WRONG.map(([, line]) => line), "export type { CrmOutputs };"]);
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", "."], { cwd: project, encoding: "utf8" });
  complaints = [...stdout.matchAll(/^(\S+)\((\d+),\d+\): error (TS.*)/gm)].map(([, file = "", line, text = ""]) => ({
    file,
    line: Number(line),
    text,
  }));
}, 240_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("the built package in somebody else's project", () => {
  it("lets right calls pass, its own declarations, and every example in it, in its docstrings and in its README", () => {
    expect(complaints.filter(({ file }) => file !== "wrong.ts")).toEqual([]);
  });

  it.each(WRONG.map(([what], index) => [what, index] as const))("rejects %s", (_what, index) => {
    expect(complaints).toContainEqual(expect.objectContaining({ file: "wrong.ts", line: HEAD.length + 1 + index }));
  });

  it.each([
    ["ES modules", "module", 'import { createCrmClient } from "@crm/sdk";'],
    ["CommonJS", "commonjs", 'const { createCrmClient } = require("@crm/sdk");'],
  ])("loads from %s", (_what, kind, load) => {
    const program = `${load} console.log(typeof createCrmClient({ baseUrl: "http://127.0.0.1" }).contacts.list.all)`;
    const answer = execFileSync(process.execPath, [`--input-type=${kind}`, "-e", program], { cwd: project });
    expect(answer.toString().trim()).toBe("function");
  });

  it("loads the fake CRM for tests from both", () => {
    const use = "createFakeCrm().signIn().contacts.list().then(({ items }) => console.log(items.length))";
    for (const [kind, load] of [
      ["module", 'import { createFakeCrm } from "@crm/sdk/testing";'],
      ["commonjs", 'const { createFakeCrm } = require("@crm/sdk/testing");'],
    ]) {
      const answer = execFileSync(process.execPath, [`--input-type=${kind}`, "-e", `${load} ${use}`], { cwd: project });
      expect(answer.toString().trim()).toBe("0");
    }
  });
});

describe("the tarball", () => {
  it("is as publint wants it", async () => {
    const { buffer } = new Uint8Array(readFileSync(tarball));
    const { messages } = await publint({ pack: { tarball: buffer }, level: "suggestion", strict: true });
    expect(messages).toEqual([]);
  });

  it("has types that are right for every way to resolve them", async () => {
    const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
    expect("problems" in result && result.problems).toEqual([]);
  });

  it.each([
    ["15 KB without its tRPC client", 15, ["@trpc/*"]],
    ["40 KB with it", 40, []],
  ])("is below %s, minified and compressed", async (_what, kilobytes, external) => {
    const { outputFiles } = await build({
      ...{ entryPoints: [join(installed, "dist/index.js")], external, bundle: true, minify: true, write: false },
      ...{ format: "esm", platform: "browser", logLevel: "silent" },
    });
    const [bundle] = outputFiles;
    expect(gzipSync(bundle?.contents ?? "").length).toBeLessThan(kilobytes * 1024);
    expect(bundle?.text).not.toContain("createFakeCrm");
  });

  it("holds what is built, its README and examples, and declares nothing of the server", () => {
    expect(readdirSync(installed).sort()).toEqual(["LICENSE", "README.md", "dist", "examples", "package.json"]);
    expect(declarations().length).toBeGreaterThan(3);
    for (const name of declarations()) {
      const text = readFileSync(join(installed, "dist", name), "utf8");
      const modules = [...text.matchAll(/\b(?:from |import |import\()["']([^"'\n]+)["']/g)].map(([, module]) => module);
      expect(modules.filter((module) => !/^(?:@trpc\/|\.\/)/.test(module ?? ""))).toEqual([]);
      expect(text).not.toMatch(/drizzle|zod|organizationId|password_?hash|token_?hash|ciphertext|mergedIntoId/i);
    }
  });
});

describe("what an editor shows", () => {
  const names = (described: readonly { name: string }[]) => described.map(({ name }) => name);

  it("says of everything public what it is, and how it is used", () => {
    const { calls, groups, exported, members, fields } = docstrings;
    expect(calls.length).toBeGreaterThan(60);
    expect(members.length).toBeGreaterThan(30);
    expect(names([...calls, ...groups, ...exported, ...members, ...fields].filter(({ text }) => text === ""))).toEqual(
      [],
    );
    const isShown = (code: string) => code !== "";
    const without = [...calls, ...exported].filter(({ examples }) => examples.length === 0 || !examples.every(isShown));
    expect(names(without)).toEqual([]);
  });

  it("names the codes that each call may reject with, as the server does", () => {
    const codesIn = (text: string) =>
      text.match(/\b[A-Z]+(?:_[A-Z]+)*\b/g)?.filter((word) => word in ERROR_CODES) ?? [];
    const common = new Set(codesIn(docstrings.exported.find(({ name }) => name === "CrmClient")?.text ?? ""));
    expect(common.size).toBeGreaterThan(10);
    const own = (codes: readonly string[]) => [...new Set(codes)].filter((code) => !common.has(code)).sort();
    const told = docstrings.calls.map(({ name, throws }) => [name, own(codesIn(throws))]);
    const meant = restProcedures.map(({ name, path, shop, protected: isProtected }) => {
      const codes: string[] = [...(procedureTable.get(name)?._def.meta?.errors ?? [])];
      if (path.includes("{")) codes.push("NOT_FOUND");
      if (shop && isProtected) codes.push("TOKEN_UNVERIFIED");
      return [name, own(codes)];
    });
    expect(Object.fromEntries(told.filter(([name]) => name !== "events.subscribe"))).toEqual(Object.fromEntries(meant));
  });
});
