import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createCrmClient, memoryTokenStore } from "@crm/sdk";
import { createFakeCrm } from "@crm/sdk/testing";
import { Window } from "happy-dom";
import { act, createElement } from "react";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

const EVA = { name: "Eva", email: "eva@example.com" };
const OTA = { name: "Ota", email: "ota@example.com" };
const fakeCrm = () =>
  createFakeCrm({ people: [{ contacts: [EVA, OTA], emails: [{ from: [EVA], subject: "An offer", isRead: false }] }] });

/** They are checked with the types of a browser, which the rest is not to see. */
const example = (name: string) => import(new URL(`../examples/${name}`, import.meta.url).href);

describe("the React component", () => {
  const window = new Window();
  beforeAll(() => {
    vi.stubGlobal("window", window);
    vi.stubGlobal("document", window.document);
    vi.stubGlobal("navigator", window.navigator);
  });
  afterAll(async () => {
    vi.unstubAllGlobals();
    await window.happyDOM.close();
  });

  it("shows contacts, finds them as one types, and hears of changes", async () => {
    // Looks for a document as it is loaded.
    const { createRoot } = await import("react-dom/client");
    const { ContactList } = await example("contact-list.tsx");
    const crm = fakeCrm().signIn();
    const page = window.document.createElement("div");
    const root = createRoot(page as unknown as Parameters<typeof createRoot>[0]);
    const names = () => [...page.querySelectorAll("li")].map((item) => item.textContent?.trim());
    const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000 });
    const type = (text: string) => {
      const input = page.querySelector("input");
      // As a browser does: React notices a value that is set by a program, and takes no event for it.
      Object.getOwnPropertyDescriptor(window.HTMLInputElement.prototype, "value")?.set?.call(input, text);
      input?.dispatchEvent(new window.Event("input", { bubbles: true }));
    };

    root.render(createElement(ContactList, { crm }));
    await until(() => expect(names().sort()).toEqual(["Eva 1", "Ota"]));
    await crm.contacts.add({ email: "jan@example.com", name: "Jan" });
    await until(() => expect(names()).toContain("Jan"));
    type("ota");
    await until(() => expect(names()).toEqual(["Ota"]));
    type("nobody");
    await until(() => expect(page.textContent).toContain("Nobody found."));
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
    await act(async () => root.unmount());
    // What React had put off before that looks for a window, too.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await new Promise(setImmediate);
  });
});

describe("on a server", () => {
  let http: Server;
  let fake: ReturnType<typeof fakeCrm>;
  let environment: { CRM_URL: string; CRM_API_KEY: string };
  beforeAll(async () => {
    fake = fakeCrm();
    http = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method = "GET", url = "/" } = request;
      const answer = await fake.fetch(`http://crm.fake${url}`, {
        method,
        headers: request.headers as Record<string, string>,
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      response
        .writeHead(answer.status, Object.fromEntries(answer.headers))
        .end(Buffer.from(await answer.arrayBuffer()));
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const tokens = memoryTokenStore();
    const crm = createCrmClient({ baseUrl: "http://crm.fake", fetch: fake.fetch, tokens });
    await crm.auth.login({ username: "jana", password: "Correct-Horse-7" });
    const { accessToken = "" } = (await tokens.get()) ?? {};
    environment = { CRM_URL: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, CRM_API_KEY: accessToken };
  });
  afterAll(() => http.close());
  afterEach(() => vi.unstubAllEnvs());

  it("the script prints the unread mail, and says in a sentence when it is not let in", async () => {
    const run = async (settings: typeof environment) => {
      const script = fileURLToPath(new URL("../examples/unread-mail.mjs", import.meta.url));
      const args = ["--import", "tsx", "--conditions=@crm/source", script];
      const options = { env: { ...process.env, ...settings }, cwd: fileURLToPath(new URL("..", import.meta.url)) };
      return promisify(execFile)(process.execPath, args, options).catch((error: unknown) => error);
    };
    expect(await run(environment)).toMatchObject({
      stdout: expect.stringMatching(/^\d{4}-\d\d-\d\d Eva - An offer\n$/),
    });
    expect(await run({ ...environment, CRM_API_KEY: "none" })).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^[^\n]+\.\n$/),
    });
  });

  it("the route makes a contact of who fills in the form, says what is wrong, and not who is known", async () => {
    vi.stubEnv("CRM_URL", environment.CRM_URL);
    vi.stubEnv("CRM_API_KEY", environment.CRM_API_KEY);
    const { POST } = await example("contact-form-route.ts");
    const fill = async (fields: Record<string, string>) => {
      const body = new URLSearchParams(fields);
      const answer = await POST(new Request("http://shop.example/api/contact", { method: "POST", body }));
      return [answer.status, await answer.json()];
    };
    const thanks = { message: "Thank you, we will write to you." };
    expect(await fill({ name: "Jan", email: "jan@example.com" })).toEqual([201, thanks]);
    expect(await fill({ email: "jan@example.com" })).toEqual([201, thanks]);
    expect(await fill({ email: "jan" })).toEqual([400, expect.objectContaining({ fields: ["email"] })]);
    const { items } = await fake.signIn().contacts.list({ search: "jan@" });
    expect(items).toMatchObject([{ name: "Jan", tags: ["website"] }]);
  });
});
