import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { startDemoMail } from "@crm/demo-mail";
import openapiTS, { astToString } from "openapi-typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer } from "./start-test-server.ts";

// What somebody does who has nothing but the document: types from openapi-typescript, calls by openapi-fetch, and tsc to
// tell them what is wrong. The client is generated here, so that it is always the one of the document as it is.

const project = mkdtempSync(join(tmpdir(), "crm-generated-client-"));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

const HEAD = 'import createClient from "openapi-fetch";\nimport type { paths } from "./rest.ts";\n';

const ONBOARDING = `${HEAD}
export async function onboard(baseUrl: string, username: string, tempPassword: string, mailbox: { email: string; emailPassword: string } | null) {
  let token = "";
  const rest = createClient<paths>({ baseUrl });
  rest.use({ onRequest: ({ request }) => { if (token) request.headers.set("authorization", "Bearer " + token); } });

  const signedIn = await rest.POST("/api/auth/login", { body: { username, password: tempPassword } });
  if (signedIn.error) throw new Error(signedIn.error.code);
  const due: boolean = signedIn.data.data.needsPasswordChange;
  token = signedIn.data.data.tokens?.accessToken ?? "";

  const tooEarly = await rest.GET("/api/contacts");
  const code = tooEarly.error?.code;

  const own = { newPassword: "Correct-Horse-7", confirmPassword: "Correct-Horse-7" };
  const set = await rest.POST("/api/auth/set-password", { body: own });
  token = set.data?.data.tokens?.accessToken ?? "";

  const step = mailbox
    ? await rest.POST("/api/auth/link-email", { body: mailbox })
    : await rest.POST("/api/auth/skip-email");
  const me = await rest.GET("/api/auth/me");
  return { due, code, needsEmailSetup: step.data?.data.needsEmailSetup, username: me.data?.data.username };
}
`;

/** Each is one line, and one mistake. */
const WRONG: [what: string, line: string][] = [
  ["an unknown path", 'await rest.GET("/api/contact");'],
  ["a method that a path does not have", 'await rest.PUT("/api/contacts", { body: { email: "a@b.c" } });'],
  ["a call without its body", 'await rest.POST("/api/contacts");'],
  ["a wrong type in the body", 'await rest.POST("/api/contacts", { body: { email: 5 } });'],
  ["a wrong type in the query", 'await rest.GET("/api/contacts", { params: { query: { limit: "10" } } });'],
  ["a path without its id", 'await rest.GET("/api/contacts/{id}");'],
  ["a secret in an answer", '(await rest.GET("/api/auth/me")).data?.data.passwordHash;'],
  ["a code that this call does not answer with", '(await rest.GET("/api/auth/me")).error?.code === "CONTACT_EXISTS";'],
];
const WRONG_HEAD = `${HEAD}const rest = createClient<paths>({ baseUrl: "" });\n`;

let server: Awaited<ReturnType<typeof startTestServer>>;
let mail: Awaited<ReturnType<typeof startDemoMail>>;
let complaints: { file: string; line: number }[];
let output: string;

beforeAll(async () => {
  mail = await startDemoMail();
  server = await startTestServer({}, { mailServers: { sessionUrl: mail.sessionUrl } });
  const { body: document } = await server.json("GET", "/api/openapi.json");
  mkdirSync(join(project, "node_modules"));
  const openapiFetch = fileURLToPath(new URL("../../node_modules/openapi-fetch", import.meta.url));
  symlinkSync(realpathSync(openapiFetch), join(project, "node_modules/openapi-fetch"));
  const write = (name: string, text: string) => writeFileSync(join(project, name), text);
  write("rest.ts", astToString(await openapiTS(document, { defaultNonNullable: false })));
  write("onboard.ts", ONBOARDING);
  write("wrong.ts", `${WRONG_HEAD}${WRONG.map(([, line]) => line).join("\n")}`);
  write("package.json", '{ "type": "module" }');
  const compilerOptions = {
    ...{ strict: true, target: "ES2022", lib: ["ES2022", "DOM"], module: "NodeNext", types: [] },
    ...{ outDir: "out", rewriteRelativeImportExtensions: true },
  };
  write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["onboard.ts", "wrong.ts"] }));
  ({ stdout: output } = spawnSync(process.execPath, [tsc, "-p", "."], { cwd: project, encoding: "utf8" }));
  complaints = [...output.matchAll(/^(\S+)\((\d+),\d+\): error TS/gm)].map(([, file = "", line]) => ({
    file,
    line: Number(line),
  }));
}, 120_000);
afterAll(async () => {
  rmSync(project, { recursive: true, force: true });
  await server.stop();
  await mail.close();
});

describe("a client that is generated from the OpenAPI document", () => {
  it("compiles, and its right calls with it", () => {
    expect(complaints.filter(({ file }) => file !== "wrong.ts").length, output).toBe(0);
  });

  it.each(WRONG.map(([what], index) => [what, index] as const))("lets tsc refuse %s", (_what, index) => {
    expect(complaints).toContainEqual({ file: "wrong.ts", line: WRONG_HEAD.split("\n").length + index });
  });

  it("takes somebody from the temporary password to their own, with a mailbox and without", async () => {
    const { onboard } = await import(pathToFileURL(join(project, "out/onboard.js")).href);
    const admin = await server.signIn({ role: "admin" });
    const [account] = mail.accounts;
    const mailbox = { email: account?.username, emailPassword: account?.password };
    for (const [username, step] of [
      ["linking", mailbox],
      ["skipping", null],
    ] as const) {
      const { body } = await server.json("POST", "/api/admin/users", { token: admin.accessToken, body: { username } });
      const { tempPassword } = body.data.user;
      expect(await onboard(server.url, username, tempPassword, step)).toEqual({
        due: true,
        code: "PASSWORD_CHANGE_REQUIRED",
        needsEmailSetup: false,
        username,
      });
    }
  });
});
