import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoMailServer, startDemoMail } from "../src/index.ts";
import { jsonOf, MailClient } from "./mail-client.ts";

const USING = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"];

describe("the session and the request level", () => {
  let server: DemoMailServer;
  let client: MailClient;
  beforeAll(async () => {
    server = await startDemoMail({
      seed: "empty",
      limits: { maxCallsInRequest: 3, maxSizeRequest: 2000, maxObjectsInGet: 2 },
    });
    client = await MailClient.connect(server);
  });
  afterAll(() => server.close());

  it("asks for a password, and refuses a wrong one", async () => {
    const basic = (text: string) => ({ headers: { authorization: `Basic ${Buffer.from(text).toString("base64")}` } });
    for (const init of [undefined, basic("demo@crm.test:wrong"), basic("nobody@crm.test:demo")]) {
      const response = await fetch(server.sessionUrl, init);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Basic/);
      await response.body?.cancel();
    }
    expect((await fetch(server.sessionUrl, basic("DEMO@crm.test:demo"))).status).toBe(200);
  });

  it("leads from the well-known place to the session", async () => {
    const response = await fetch(new URL("/.well-known/jmap", server.sessionUrl), { redirect: "manual" });
    expect(response.status).toBe(307);
    expect(response.headers.get("location")).toBe("/jmap/session");
  });

  it("announces its limits and one account", () => {
    const { capabilities, accounts } = client.session as unknown as Record<
      string,
      Record<string, Record<string, unknown>>
    >;
    expect(capabilities?.["urn:ietf:params:jmap:core"]).toMatchObject({ maxCallsInRequest: 3, maxObjectsInGet: 2 });
    expect(Object.keys(accounts ?? {})).toEqual([client.accountId]);
  });

  it.each([
    ["not JSON", "{", 400, "notJSON"],
    ["not a request", { using: USING }, 400, "notRequest"],
    ["an unknown capability", { using: ["urn:x"], methodCalls: [] }, 400, "unknownCapability"],
    ["too many calls", { using: USING, methodCalls: Array(4).fill(["Core/echo", {}, "a"]) }, 400, "limit"],
    ["too large", { using: USING, methodCalls: [["Core/echo", { text: "x".repeat(3000) }, "a"]] }, 400, "limit"],
  ])("answers problem details for a body that is %s", async (_what, body, status, type) => {
    const response = await client.post(body);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect((await jsonOf(response)).type).toBe(`urn:ietf:params:jmap:error:${type}`);
  });

  it("wants JSON to be called JSON", async () => {
    const response = await client.post({ using: USING, methodCalls: [] }, "text/plain");
    expect((await jsonOf(response)).type).toBe("urn:ietf:params:jmap:error:notJSON");
  });

  it("fails one call and goes on with the next", async () => {
    const [unknown, account, large, echo] = [
      ...(await client.calls(["Email/nonsense", {}], ["Email/get", { accountId: "other", ids: [] }])),
      ...(await client.calls(["Email/get", { ids: ["a", "b", "c"] }], ["Core/echo", { hello: true }])),
    ];
    expect([unknown?.[1], account?.[1], large?.[1]]).toMatchObject([
      { type: "unknownMethod" },
      { type: "accountNotFound" },
      { type: "requestTooLarge" },
    ]);
    expect(echo).toMatchObject(["Core/echo", { hello: true }, "1"]);
  });

  it("knows no methods of a capability that is not in use", async () => {
    const response = await client.post({
      using: ["urn:ietf:params:jmap:core"],
      methodCalls: [["Mailbox/get", { accountId: client.accountId, ids: null }, "0"]],
    });
    expect((await jsonOf(response)).methodResponses[0][1].type).toBe("unknownMethod");
  });

  it.each([
    ["an unknown argument", { ids: [], nonsense: 1 }],
    ["an argument of a wrong type", { ids: "a" }],
    ["an unknown property", { ids: [], properties: ["nonsense"] }],
    ["a header form that the field does not have", { ids: [], properties: ["header:Subject:asDate"] }],
  ])("answers invalidArguments for %s", async (_what, args) => {
    expect(await client.call("Email/get", args)).toMatchObject({ error: { type: "invalidArguments" } });
  });

  it("counts the requests that run at once", async () => {
    const small = await startDemoMail({ seed: "empty", limits: { maxConcurrentRequests: 1 } });
    const other = await MailClient.connect(small);
    let finish: (() => void) | undefined;
    const slowBody = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from('{"using":[],'));
        finish = () => {
          controller.enqueue(Buffer.from('"methodCalls":[]}'));
          controller.close();
        };
      },
    });
    const headers = { authorization: other.authorization, "content-type": "application/json" };
    const init = { method: "POST", headers, body: slowBody, duplex: "half" } as RequestInit;
    const slow = fetch(other.url("apiUrl"), init);
    let refused: Response;
    do {
      refused = await other.post({ using: [], methodCalls: [] });
    } while (refused.status === 200);
    expect(await jsonOf(refused)).toMatchObject({
      type: "urn:ietf:params:jmap:error:limit",
      limit: "maxConcurrentRequests",
    });
    finish?.();
    expect((await slow).status).toBe(200);
    expect((await other.post({ using: [], methodCalls: [] })).status).toBe(200);
    await small.close();
  });
});
