import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoMailServer, startDemoMail } from "../src/index.ts";
import { MailClient } from "./mail-client.ts";

describe("result references (RFC 8620 §3.7)", () => {
  let server: DemoMailServer;
  let client: MailClient;
  beforeAll(async () => {
    server = await startDemoMail({ seed: "empty" });
    client = await MailClient.connect(server);
    await server.deliver("demo@crm.test", {
      from: { email: "a@x.test" },
      subject: "one",
      text: "1",
      messageId: "one@x.test",
    });
    await server.deliver("demo@crm.test", {
      from: { email: "b@x.test" },
      subject: "Re: one",
      text: "2",
      inReplyTo: "one@x.test",
    });
  });
  afterAll(() => server.close());

  it("feeds a query into a get, and what that found into threads and their emails", async () => {
    const reference = (resultOf: string, name: string, path: string) => ({ resultOf, name, path });
    const answers = await client.calls(
      ["Email/query", { filter: { from: "a@x.test" } }],
      ["Email/get", { "#ids": reference("0", "Email/query", "/ids"), properties: ["threadId"] }],
      ["Thread/get", { "#ids": reference("1", "Email/get", "/list/*/threadId") }],
      ["Email/get", { "#ids": reference("2", "Thread/get", "/list/*/emailIds"), properties: ["subject"] }],
    );
    const list = answers[3]?.[1].list as { subject: string }[];
    expect(list.map(({ subject }) => subject)).toEqual(["one", "Re: one"]);
  });

  it.each([
    ["another method's name", { resultOf: "0", name: "Thread/get", path: "/ids" }],
    ["a call that was not made", { resultOf: "9", name: "Email/query", path: "/ids" }],
    ["a path that leads nowhere", { resultOf: "0", name: "Email/query", path: "/nowhere" }],
  ])("refuses a reference with %s", async (_what, reference) => {
    const [, answer] = await client.calls(["Email/query", {}], ["Email/get", { "#ids": reference }]);
    expect(answer).toMatchObject(["error", { type: "invalidResultReference" }, "1"]);
  });

  it("refuses an argument that is given both ways", async () => {
    const reference = { resultOf: "0", name: "Email/query", path: "/ids" };
    const [, answer] = await client.calls(["Email/query", {}], ["Email/get", { ids: [], "#ids": reference }]);
    expect(answer?.[1]).toMatchObject({ type: "invalidArguments" });
  });
});
