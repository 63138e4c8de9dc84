import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startDemoMail } from "@crm/demo-mail";
import { createCrmClient, memoryTokenStore } from "@crm/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

const sdk = fileURLToPath(new URL("../../../../packages/sdk", import.meta.url));

let server: TestServer;
let mail: Awaited<ReturnType<typeof startDemoMail>>;
beforeAll(async () => {
  mail = await startDemoMail();
  server = await startTestServer({}, { mailServers: { sessionUrl: mail.sessionUrl } });
});
afterAll(async () => {
  await server.stop();
  await mail.close();
});

it("the first lines of the SDK's README take somebody from the temporary password to their first contact", async () => {
  const { accessToken } = await server.signIn({ role: "admin" });
  const admin = createCrmClient({ baseUrl: server.url, tokens: memoryTokenStore(accessToken) });
  const { user } = await admin.admin.users.create({ username: "newcomer" });
  const [, lines = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(await readFile(`${sdk}/README.md`, "utf8")) ?? [];
  const put = (text: string, what: string, instead: string) => {
    expect(text).toContain(what);
    return text.replace(what, instead);
  };
  const program = put(
    put(put(lines, "http://127.0.0.1:5000", server.url), '"admin"', '"newcomer"'),
    '"the temporary one"',
    JSON.stringify(user.tempPassword),
  );
  const args = ["--import", "tsx", "--conditions=@crm/source", "--input-type=module", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: sdk });
  expect(stdout).toMatch(/^(?:\S+@\S+ .+ \d+\n){3}[0-9a-f-]{36} (?:completed|running)\n$/);
});
