import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DemoMailServer, startDemoMail } from "../src/index.ts";
import { MailClient } from "./mail-client.ts";

interface PushEvent {
  event: string;
  id: string | undefined;
  data: { changed?: Record<string, Record<string, string>>; interval?: number };
}

/** Reads events off a stream, one at a time. */
async function* eventsOf(response: Response): AsyncGenerator<PushEvent> {
  let buffer = "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    buffer += Buffer.from(chunk).toString();
    const blocks = buffer.split("\n\n");
    buffer = blocks.pop() as string;
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
      yield { event: field("event") as string, id: field("id"), data: JSON.parse(field("data") as string) };
    }
  }
}

describe("push over EventSource (RFC 8620 §7.3)", () => {
  let server: DemoMailServer;
  let client: MailClient;
  beforeEach(async () => {
    server = await startDemoMail({ seed: "empty" });
    client = await MailClient.connect(server);
  });
  afterEach(() => server.close());

  const open = (values: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    fetch(client.url("eventSourceUrl", { types: "*", closeafter: "no", ping: "0", ...values }), {
      headers: { authorization: client.authorization, ...headers },
    });
  const deliver = () => server.deliver("demo@crm.test", { from: { email: "a@x.test" }, subject: "x", text: "x" });

  it("tells at once what new mail changed, with the states that /changes knows", async () => {
    const events = eventsOf(await open());
    const started = performance.now();
    await deliver();
    const { value } = await events.next();
    expect(performance.now() - started).toBeLessThan(500);
    const states = value?.data.changed?.[client.accountId] ?? {};
    expect(Object.keys(states).sort()).toEqual(["Email", "EmailDelivery", "Mailbox", "Thread"]);
    expect(states.Email).toBe((await client.call("Email/get", { ids: [] })).state);
    await events.return(undefined);
  });

  it("tells of changes made by a client, as one event a request", async () => {
    const id = await deliver();
    const events = eventsOf(await open());
    await client.calls(
      ["Email/set", { update: { [id]: { "keywords/$seen": true } } }],
      ["Email/set", { update: { [id]: { "keywords/$flagged": true } } }],
    );
    await client.call("Email/set", { destroy: [id] });
    const [first, second] = [(await events.next()).value, (await events.next()).value];
    expect(Object.keys(first?.data.changed?.[client.accountId] ?? {})).toEqual(["Mailbox", "Email"]);
    expect(Object.keys(second?.data.changed?.[client.accountId] ?? {})).toEqual(["Mailbox", "Email", "Thread"]);
    await events.return(undefined);
  });

  it("tells only of the types asked for, and closes after a state when told to", async () => {
    const response = await open({ types: "Thread", closeafter: "state" });
    await deliver();
    const seen = [];
    for await (const event of eventsOf(response)) seen.push(event);
    expect(seen).toHaveLength(1);
    expect(Object.keys(seen[0]?.data.changed?.[client.accountId] ?? {})).toEqual(["Thread"]);
  });

  it("resumes from the last event id without a gap", async () => {
    const first = eventsOf(await open());
    await deliver();
    const { value } = await first.next();
    await first.return(undefined);
    await deliver();
    const second = eventsOf(await open({}, { "last-event-id": value?.id as string }));
    expect((await second.next()).value?.data.changed?.[client.accountId]).toHaveProperty("Email");
    await second.return(undefined);
  });

  it("pings", async () => {
    const events = eventsOf(await open({ ping: "1" }));
    expect((await events.next()).value).toMatchObject({ event: "ping", data: { interval: 1 } });
    await events.return(undefined);
  });

  it("does not keep the server from closing", async () => {
    const response = await open();
    await server.close();
    await expect(response.text()).rejects.toThrow();
    server = await startDemoMail({ seed: "empty" });
  });
});
