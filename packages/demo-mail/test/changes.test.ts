import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DemoMailServer, startDemoMail } from "../src/index.ts";
import { MailClient } from "./mail-client.ts";

describe("changes", () => {
  let server: DemoMailServer;
  let client: MailClient;
  beforeEach(async () => {
    server = await startDemoMail({ seed: "empty" });
    client = await MailClient.connect(server);
  });
  afterEach(() => server.close());

  const deliver = (subject: string) =>
    server.deliver("demo@crm.test", { from: { email: "a@x.test" }, subject, text: subject });
  const stateOf = async (type: string): Promise<string> => (await client.call(`${type}/get`, { ids: [] })).state;

  it("sorts what happened into created, updated and destroyed", async () => {
    const old = await deliver("old");
    const doomed = await deliver("doomed");
    const sinceState = await stateOf("Email");
    const fresh = await deliver("fresh");
    const brief = await deliver("brief");
    await client.call("Email/set", {
      update: { [old]: { "keywords/$seen": true }, [fresh]: { "keywords/$seen": true } },
    });
    await client.call("Email/set", { destroy: [doomed, brief] });
    const changes = await client.call("Email/changes", { sinceState });
    expect(changes).toMatchObject({
      oldState: sinceState,
      hasMoreChanges: false,
      created: [fresh],
      updated: [old],
      destroyed: [doomed],
    });
    expect(changes.newState).toBe(await stateOf("Email"));
    expect(await client.call("Email/changes", { sinceState: changes.newState })).toMatchObject({
      created: [],
      updated: [],
      destroyed: [],
    });
  });

  it("hands out maxChanges at a time until nothing is left", async () => {
    let state = await stateOf("Email");
    const delivered = [];
    for (let index = 0; index < 7; index += 1) delivered.push(await deliver(String(index)));
    const collected: string[] = [];
    for (let page = 0; page < 10; page += 1) {
      const changes = await client.call("Email/changes", { sinceState: state, maxChanges: 3 });
      expect(changes.created.length).toBeLessThanOrEqual(3);
      collected.push(...changes.created);
      state = changes.newState;
      if (!changes.hasMoreChanges) break;
    }
    expect(collected).toEqual(delivered);
    expect(state).toBe(await stateOf("Email"));
  });

  it("moves the states of thread and mailbox along, and says that only counts changed", async () => {
    const [mailboxes, threads] = [await stateOf("Mailbox"), await stateOf("Thread")];
    await deliver("x");
    const changes = await client.call("Mailbox/changes", { sinceState: mailboxes });
    expect(changes.updated).toEqual([await client.mailboxId("inbox")]);
    expect(changes.updatedProperties).toContain("unreadEmails");
    expect((await client.call("Thread/changes", { sinceState: threads })).created).toHaveLength(1);
    const before = await stateOf("Mailbox");
    await client.call("Mailbox/set", { update: { [changes.updated[0]]: { name: "Prijaté" } } });
    expect((await client.call("Mailbox/changes", { sinceState: before })).updatedProperties).toBeNull();
  });

  it("cannot calculate from states that it never gave, those of another run, or forgotten ones", async () => {
    const state = await stateOf("Email");
    const id = await deliver("x");
    const future = state.replace(/\d+$/, "99999");
    for (const sinceState of ["nonsense", future, "00000000-1"]) {
      expect(await client.call("Email/changes", { sinceState })).toMatchObject({
        error: { type: "cannotCalculateChanges" },
      });
    }
    server.expire("demo@crm.test");
    expect(await client.call("Email/changes", { sinceState: state })).toMatchObject({
      error: { type: "cannotCalculateChanges" },
    });
    const now = await stateOf("Email");
    await client.call("Email/set", { destroy: [id] });
    expect((await client.call("Email/changes", { sinceState: now })).destroyed).toEqual([id]);
  });

  it("guards a set by the state that the client believes in", async () => {
    const ifInState = await stateOf("Email");
    const id = await deliver("x");
    expect(await client.call("Email/set", { ifInState, destroy: [id] })).toMatchObject({
      error: { type: "stateMismatch" },
    });
    expect(await client.call("Email/set", { ifInState: await stateOf("Email"), destroy: [id] })).toMatchObject({
      destroyed: [id],
    });
  });
});
