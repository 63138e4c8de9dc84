import { connect, getEmails, getMailboxes, type JmapClient, queryEmails, setEmails } from "@crm/jmap";
import { generateMessages, mailServerCases } from "@crm/jmap/testing";
import { addContact, checkMailbox, syncNow } from "@crm/services";
import { describe, expect, inject, it } from "vitest";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { type Desk, deskForEachTest, link, syncAll } from "./open-desk.ts";
import { behind, type FaultProxy, type MethodCall, startFaultProxy } from "./start-fault-proxy.ts";

const VIP = "vip@zakaznik.test";

/** How many objects a call can bring back, where that can be seen of it. */
function mostObjects([method, args]: MethodCall): number {
  if (method.endsWith("/get")) return Array.isArray(args.ids) ? args.ids.length : 0;
  return method.endsWith("/changes") ? Number(args.maxChanges ?? Number.POSITIVE_INFINITY) : 0;
}

const fill = (desk: Desk, count: number, seed = 1) =>
  generateMessages({ count, owner: desk.mailbox.username, vip: VIP, vipCount: Math.floor(count / 2), seed });

const USUAL = { maxObjectsInGet: 500, maxCallsInRequest: 16, maxConcurrentRequests: 4 };
const NARROW = { maxObjectsInGet: 37, maxCallsInRequest: 4, maxConcurrentRequests: 2 };

for (const { name, isMissing, open } of mailServerCases(inject("cyrus"))) {
  // The demo server allows the usual by itself: every other suite is held to them there.
  for (const limits of name === "Cyrus" ? [USUAL, NARROW] : [NARROW]) {
    const { maxObjectsInGet, maxCallsInRequest, maxConcurrentRequests } = limits;
    describe.skipIf(isMissing)(
      `with ${name} that allows ${maxObjectsInGet} objects and ${maxCallsInRequest} calls`,
      () => {
        let proxy: FaultProxy;
        const { server, desk } = deskForEachTest(async () => {
          const behindProxy = await open();
          proxy = await startFaultProxy(behindProxy.sessionUrl, { limits });
          return behind(proxy, behindProxy);
        });

        it("no request goes beyond, and the mirror is right", async () => {
          await server.append(desk.mailbox, fill(desk, 520));
          await link(desk);
          const most = { objects: 0, calls: 0 };
          proxy.decide = (calls) => {
            most.calls = Math.max(most.calls, calls.length);
            most.objects = Math.max(most.objects, ...calls.map(mostObjects));
            return null;
          };
          await addContact(desk.dependencies, desk.actor, { email: VIP });
          await syncAll(desk);
          await server.append(desk.mailbox, fill(desk, 100, 2));
          await syncAll(desk);
          await checkMailbox(desk.dependencies, desk.actor, { userId: desk.actor.userId, heal: false });
          proxy.decide = null;
          expect(most.objects).toBeLessThanOrEqual(maxObjectsInGet);
          expect(most.calls).toBeLessThanOrEqual(maxCallsInRequest);
          expect(proxy.mostAtATime).toBeLessThanOrEqual(maxConcurrentRequests);
          await expectMirrorToEqualMailbox(desk);
        });
      },
    );
  }

  describe.skipIf(isMissing)(`a mailbox at ${name}`, () => {
    let proxy: FaultProxy;
    let origin: string;
    const { server, desk } = deskForEachTest(async () => {
      const behindProxy = await open();
      origin = behindProxy.sessionUrl;
      proxy = await startFaultProxy(origin, { limits: { maxObjectsInGet: 50 } });
      return behind(proxy, behindProxy);
    });

    const roundTrips = async () => {
      let seed = 0;
      for (const count of [600, 1_900]) {
        seed += 1;
        await server.append(desk.mailbox, fill(desk, count, seed));
        if (seed === 1) await link(desk);
        await addContact(desk.dependencies, desk.actor, { email: `${seed}${VIP}` });
        await syncAll(desk);
        const before = proxy.exchanges;
        expect(await syncNow(desk.dependencies, desk.actor)).toEqual({
          status: "completed",
          created: 0,
          updated: 0,
          destroyed: 0,
        });
        expect(proxy.exchanges - before).toBe(1);
      }
      await expectMirrorToEqualMailbox(desk);
    };
    // One server shows it, as what we ask is the same of each; many messages take their time.
    if (name === "Cyrus") it("in which nothing is new takes one round trip, however large it is", roundTrips);

    it("that changes while it is read, its headers and then its bodies, is mirrored as it is in the end", async () => {
      await server.append(desk.mailbox, fill(desk, 400));
      // The other mail program does not go by way of the proxy: nothing is to happen at its own requests.
      const client = await connect({ sessionUrl: origin, auth: { type: "basic", ...desk.mailbox } });
      const change = changesTo(client, (count, seed) => server.append(desk.mailbox, fill(desk, count, seed)));
      const during = { headers: 0, bodies: 0 };
      let changing = Promise.resolve();
      proxy.decide = async (calls) => {
        const read = calls.find(([method, { ids }]) => method === "Email/get" && Array.isArray(ids) && ids.length > 0);
        if (!read) return null;
        during["bodyProperties" in read[1] ? "bodies" : "headers"] += 1;
        changing = changing.then(() => change(read[1].ids as string[]));
        await changing;
        return null;
      };
      await link(desk);
      await addContact(desk.dependencies, desk.actor, { email: VIP });
      await syncAll(desk);
      proxy.decide = null;
      expect(during.headers).toBeGreaterThanOrEqual(8);
      expect(during.bodies).toBeGreaterThanOrEqual(3);
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
    });

    it("whose messages cannot be fetched has each of them wait once, whatever else wants it meanwhile", async () => {
      await server.append(desk.mailbox, fill(desk, 120));
      await link(desk);
      await syncAll(desk);
      proxy.decide = (calls) => (calls.some(([, args]) => "bodyProperties" in args) ? "503" : null);
      const { dependencies, actor, database } = desk;
      await addContact(dependencies, actor, { email: VIP });
      const { ids } = await queryEmails(desk.client, { filter: { text: VIP }, limit: 100 });
      await setEmails(desk.client, {
        update: Object.fromEntries(ids.map((id) => [id, { "keywords/$flagged": true }])),
      });
      await expect(syncNow(dependencies, actor)).rejects.toThrow();
      await addContact(dependencies, actor, { email: desk.mailbox.username });

      const { rows } = await database.pool.query(
        `SELECT count(*)::int AS waiting, count(DISTINCT jmap_id)::int AS messages
         FROM mirror_queue, unnest(jmap_ids) AS w (jmap_id)`,
      );
      proxy.decide = null;
      expect(rows).toEqual([{ waiting: 120, messages: 120 }]);
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
    });
  });
}

/** Each time another kind of change, half of them to what is just being read. */
function changesTo(client: JmapClient, append: (count: number, seed: number) => Promise<void>) {
  let nth = 0;
  return async (ids: readonly string[]) => {
    nth += 1;
    const [first, second, third] = ids;
    const { ids: all } = await queryEmails(client, { limit: 100_000 });
    const other = all[(nth * 37) % all.length];
    if (!first || !second || !third || !other) return;
    const { list } = await getMailboxes(client);
    const idOf = (role: string) => list.find((mailbox) => mailbox.role === role)?.id ?? "";
    const to = (role: string) => ({ mailboxIds: { [idOf(role)]: true } });
    const kinds = [
      () => append(5, 100 + nth),
      () => setEmails(client, { destroy: [first, other] }),
      () => setEmails(client, { update: { [second]: to("trash"), [other]: to("archive") } }),
      () =>
        setEmails(client, { update: { [third]: { "keywords/$seen": true }, [other]: { "keywords/$flagged": true } } }),
      () => bringBack(client, idOf("trash"), to("inbox")),
    ];
    await kinds[nth % kinds.length]?.();
  };
}

async function bringBack(
  client: Desk["client"],
  trash: string,
  place: { mailboxIds: Record<string, boolean> },
): Promise<void> {
  const { ids } = await queryEmails(client, { filter: { inMailbox: trash } });
  const { list } = await getEmails(client, { ids: ids.slice(0, 1), properties: ["id"] });
  await setEmails(client, { update: Object.fromEntries(list.map(({ id }) => [id, place])) });
}
