import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { contacts, emailSearch, emails, mailSyncs } from "@crm/db";
import { getMailboxes, queryEmails, setEmails } from "@crm/jmap";
import { attachCyrus, type CyrusServer, generateMessages, Random, type TestAccount } from "@crm/jmap/testing";
import { buildSearchDocuments } from "@crm/services";
import { isNotNull, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFailed } from "vitest";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { type Desk, link, openDesk, syncAll } from "./open-desk.ts";
import { startFaultProxy } from "./start-fault-proxy.ts";
import { buildSyncingProcess, type SyncingProcess, startSyncingProcess, type Task } from "./start-syncing-process.ts";

const KILLS = Number(process.env.KILLS ?? 6);
const SEED = Number(process.env.SEED ?? randomInt(2 ** 31));
/** So many in a row on one mirror; then it is compared, and another one is begun. */
const KILLS_IN_A_ROW = 3;
/**
 * Milliseconds after which the first process is killed, at the most. The time grows while they are killed in the middle and
 * shrinks when they are done before, so that it is neither too long nor too short on any machine.
 */
const FIRST_LATEST_KILL = 400;

const VIP = "vip@zakaznik.test";

describe.skipIf(inject("cyrus") === null)("the mirror of several processes", () => {
  let server: CyrusServer;
  let program: string;
  let remove: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const coordinates = inject("cyrus");
    if (coordinates) server = attachCyrus(coordinates);
    ({ program, remove } = await buildSyncingProcess());
  });
  afterAll(() => remove?.());

  it(`is right after ${KILLS} kills at random moments`, { timeout: 60_000 + 5_000 * KILLS }, async () => {
    onTestFailed(() => console.error(`To see this again: SEED=${SEED} KILLS=${KILLS}`));
    const random = new Random(SEED);
    const mailbox = await server.createAccount();
    const mail = [...generateMessages({ count: 900, owner: mailbox.username, vip: VIP, vipCount: 450 })];
    await server.append(mailbox, mail);
    const people = [...new Set(mail.flatMap(({ from, to, cc }) => [from, ...to, ...cc].map(({ email }) => email)))];
    const tally: Record<string, number> = {};
    let latest = FIRST_LATEST_KILL;
    for (let left = KILLS, isNew = true; left > 0; left -= KILLS_IN_A_ROW, isNew = !isNew) {
      const desk = await openDesk({ ...server, createAccount: async () => mailbox });
      try {
        await link(desk);
        // Every other mirror is whole when the first process comes to it: else most of them would die over the index.
        if (isNew) await stopSync(desk);
        else await syncAll(desk);
        const kills = Math.min(left, KILLS_IN_A_ROW);
        latest = await killInARow(desk, { random, people, kills, latest, tally });
        await syncAll(desk);
        await expectMirrorToEqualMailbox(desk);
        await buildSearchDocuments(desk.dependencies);
        const { db } = desk.database;
        expect(await db.$count(emailSearch)).toBe(await db.$count(emails));
      } finally {
        await desk.close();
      }
    }
    if (process.env.KILLS) console.log("killed while:", tally);
  });

  /** Lets go of what this process has begun. */
  async function stopSync(desk: Desk): Promise<void> {
    await desk.dependencies.background.stop();
    desk.dependencies = desk.withMailServer(server.sessionUrl);
  }

  interface Killing {
    random: Random;
    people: readonly string[];
    kills: number;
    latest: number;
    tally: Record<string, number>;
  }

  /** Starts a process, lets it do something, and kills it somewhere in the middle: so often that it was in the middle. */
  async function killInARow(desk: Desk, { random, people, kills, latest, tally }: Killing): Promise<number> {
    let next = startSyncingProcess(program, desk, server.sessionUrl);
    for (let killed = 0; killed < kills; ) {
      const victim = await next;
      next = startSyncingProcess(program, desk, server.sessionUrl);
      const task = await chooseTask(desk, random, people);
      const moment = random.next() * latest;
      const isOver = await Promise.race([untilInStep(victim, task).then(() => true), wait(moment, false)]);
      await victim.kill();
      await expectUnreadToBeCounted(desk);
      const phase = await letLeaseRunOut(desk);
      if (isOver || random.chance(0.3)) await changeMailbox(desk, random);
      latest *= isOver ? 0.8 : 1.2;
      if (isOver) continue;
      killed++;
      tally[`${task.do}, ${phase}`] = (tally[`${task.do}, ${phase}`] ?? 0) + 1;
    }
    await (await next).kill();
    return latest;
  }

  async function untilInStep(process: SyncingProcess, task: Task): Promise<void> {
    await process.run(task);
    while (((await process.run({ do: "sync" })) as { status: string }).status !== "completed");
  }

  async function chooseTask({ database: { db } }: Desk, random: Random, people: readonly string[]): Promise<Task> {
    const known = await db.select().from(contacts);
    // The one with half of the mail, again and again: it takes a while to come and to go.
    const vip = known.find(({ email }) => email === VIP);
    if (!vip && random.chance(0.7)) return { do: "add", email: VIP };
    if (vip && random.chance(0.3)) return { do: "remove", id: vip.id };
    const email = random.pick(people);
    const isKnown = known.some((contact) => contact.email === email);
    return isKnown || random.chance(0.5) ? { do: "sync" } : { do: "add", email };
  }

  /** What is committed is right at any moment, not only once a sync is over. */
  async function expectUnreadToBeCounted({ database }: Desk): Promise<void> {
    const { rows } = await database.pool.query(
      "SELECT unread_count AS kept, (SELECT count(*)::int FROM emails WHERE NOT is_read) AS counted FROM mail_syncs",
    );
    expect(rows).toEqual([{ kept: rows[0]?.counted, counted: rows[0]?.counted }]);
  }

  /** As if the ten seconds had passed after which a dead process' lease is anybody's. Returns what it died over. */
  async function letLeaseRunOut({ database: { db } }: Desk): Promise<string | undefined> {
    const [sync] = await db.select().from(mailSyncs);
    await db
      .update(mailSyncs)
      .set({ leaseUntil: sql`now() - interval '1 second'` })
      .where(isNotNull(mailSyncs.leaseHolder));
    return sync?.phase;
  }

  let appended = 1;

  /** New mail, flags, moves and deletions, as another mail program makes them. */
  async function changeMailbox({ client, mailbox }: Desk, random: Random): Promise<void> {
    appended += 1;
    const fresh = { count: random.between(1, 30), vipCount: random.between(0, 10), seed: appended };
    await server.append(mailbox, generateMessages({ owner: mailbox.username, vip: VIP, ...fresh }));
    const { ids } = await queryEmails(client, { limit: 100_000 });
    const boxes = (await getMailboxes(client)).list.map(({ id }) => id);
    const chosen = [...new Set(Array.from({ length: 40 }, () => random.pick(ids)))];
    const flag = (id: string) => [
      id,
      { "keywords/$seen": random.chance(0.5) || null, "keywords/$flagged": random.chance(0.5) || null },
    ];
    const move = (id: string) => [id, { mailboxIds: { [random.pick(boxes)]: true } }];
    await setEmails(client, {
      update: Object.fromEntries([...chosen.slice(0, 20).map(flag), ...chosen.slice(20, 30).map(move)]),
      destroy: chosen.slice(30),
    });
  }

  it("is right after 20 triggers at once from 4 of them: one sync at a time, nothing twice", async () => {
    const proxy = await startFaultProxy(server.sessionUrl);
    const desk = await openDesk(server);
    let processes: SyncingProcess[] = [];
    try {
      await server.append(
        desk.mailbox,
        generateMessages({ count: 300, owner: desk.mailbox.username, vip: VIP, vipCount: 100 }),
      );
      await link(desk);
      await syncAll(desk);
      await watchLease(desk);
      const start = () => startSyncingProcess(program, desk, proxy.sessionUrl);
      processes = await Promise.all([start(), start(), start(), start()]);
      const bodies: string[] = [];
      proxy.decide = (calls) => {
        for (const [method, args] of calls) {
          if (method === "Email/get" && "bodyProperties" in args) bodies.push(...(args.ids as string[]));
        }
        return null;
      };
      await deliverNews(desk.mailbox, 12);
      const people = await busiest(desk, processes.length);
      const answers = processes.map((process, index) => {
        const triggers: Task[] = [{ do: "sync" }, { do: "push" }, { do: "schedule" }, { do: "sync" }];
        const running = triggers.map((task) => process.run(task));
        const added = process.run({ do: "add", email: people[index] ?? "" });
        // A push answers nobody, and a schedule waits for a dead process' lease to run out.
        return Promise.all([running[0], running[3], added]);
      });
      await Promise.all(answers);
      await syncAll(desk);
      await expectMirrorToEqualMailbox(desk);
      const { takes, overs } = await leaseTakes(desk);
      expect(takes).toBeGreaterThan(1);
      expect(overs).toBe(0);
      expect(bodies.length).toBeGreaterThan(0);
      expect(new Set(bodies).size).toBe(bodies.length);
    } finally {
      await Promise.all(processes.map((process) => process.kill()));
      await desk.close();
      await proxy.close();
    }
  });

  const deliverNews = (mailbox: TestAccount, count: number) =>
    server.append(mailbox, generateMessages({ count, owner: mailbox.username, vip: VIP, vipCount: count, seed: 99 }));

  /** The addresses with the most mail. */
  async function busiest({ database }: Desk, count: number): Promise<string[]> {
    const { rows } = await database.pool.query(
      "SELECT address FROM correspondents ORDER BY email_count DESC, address LIMIT $1",
      [count],
    );
    return rows.map(({ address }) => address);
  }

  /** Writes down whenever a sync's lease goes from one holder to another without having been given back. */
  const watchLease = ({ database }: Desk) =>
    database.pool.query(`
      CREATE TABLE lease_takes (from_holder uuid);
      CREATE FUNCTION note_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO lease_takes VALUES (OLD.lease_holder); RETURN NEW; END $$;
      CREATE TRIGGER note_lease AFTER UPDATE ON mail_syncs FOR EACH ROW
        WHEN (NEW.lease_holder IS DISTINCT FROM OLD.lease_holder AND NEW.lease_holder IS NOT NULL)
        EXECUTE FUNCTION note_lease()`);

  async function leaseTakes({ database }: Desk): Promise<{ takes: number; overs: number }> {
    const { rows } = await database.pool.query(
      "SELECT count(*)::int AS takes, count(from_holder)::int AS overs FROM lease_takes",
    );
    return rows[0];
  }
});
