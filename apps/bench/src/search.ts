import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect, migrate, startEmbeddedPostgres } from "@crm/db";
import {
  type Actor,
  countUnread,
  discoverContacts,
  getThread,
  listEmails,
  listThreads,
  searchEmails,
} from "@crm/services";
import { benchDependencies } from "./bench-dependencies.ts";
import { checkDocuments } from "./search/check-documents.ts";
import { startDatabaseClock } from "./search/database-clock.ts";
import { fill } from "./search/fill.ts";
import { measure, show, type Times } from "./search/measure.ts";
import { MARKED } from "./search/statements.ts";

// How quick reading and searching are in a large installation: `npm run search -- [--messages 1000000] [--users 50]`.

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "1000000" },
    users: { type: "string", default: "50" },
    calls: { type: "string", default: "100" },
    /** A folder that keeps the data for the next run. */
    data: { type: "string" },
    /** Stops when the data are there. */
    fill: { type: "boolean", default: false },
  },
});
const CALLS = Number(values.calls);

/** The same hits in the same order as people write it first: subject, then people, then text, the newest first. */
const ILIKE = `
  SELECT id FROM emails
  WHERE organization_id = $1 AND user_id = $2
    AND (subject ILIKE $3 OR "from"::text ILIKE $3 OR "to"::text ILIKE $3 OR body_text ILIKE $3)
  ORDER BY CASE WHEN subject ILIKE $3 THEN 1 WHEN "from"::text ILIKE $3 OR "to"::text ILIKE $3 THEN 2 ELSE 3 END,
           received_at DESC, id DESC
  LIMIT 50`;

const folder = values.data ?? (await mkdtemp(join(tmpdir(), "crm-bench-")));
const postgres = await startEmbeddedPostgres({ dataDir: folder });
const { db, pool, close } = connect({ url: postgres.url });
const dependencies = benchDependencies(db);
const databaseClock = startDatabaseClock(pool);

try {
  await migrate(postgres.url);
  const { rows: known } = await pool.query("SELECT FROM users LIMIT 1");
  if (known.length === 0) {
    const start = performance.now();
    await fill(pool, { messages: Number(values.messages), users: Number(values.users) });
    console.log(`filled in ${((performance.now() - start) / 1_000).toFixed(0)} s`);
  }
  await checkDocuments(dependencies, pool);
  const [large, ...others] = await readActors();
  if (large && !values.fill) {
    await measureReading("everybody", (call) => others[call % others.length] ?? large);
    await measureReading("the largest mailbox", () => large);
    await measureSearching(large);
    await measureDepth(large);
  }
} finally {
  await dependencies.background.stop();
  await close();
  await postgres.stop();
  if (values.data === undefined) await rm(folder, { recursive: true, force: true });
}

async function readActors(): Promise<Actor[]> {
  const { rows } = await pool.query(
    `SELECT organization_id AS "organizationId", id AS "userId", username, role FROM users ORDER BY username`,
  );
  const caller = { requestId: "bench", ipAddress: null, userAgent: null, sessionId: null, passwordDue: false };
  return rows.map((row) => ({ ...caller, ...row }));
}

function print(what: string, times: Times, more = ""): void {
  console.log(`${what.padEnd(44)}${show(times)}${more}`);
}

async function measureReading(who: string, actorOf: (call: number) => Actor): Promise<void> {
  const each = async (name: string, call: (actor: Actor) => Promise<unknown>) =>
    print(`${name}, ${who}`, await measure(CALLS, (number) => call(actorOf(Math.abs(number)))));
  const threadIds = new Map<string, string>();
  await each("list", (actor) => listEmails(dependencies, actor, { limit: 50 }));
  await each("list, unread", (actor) => listEmails(dependencies, actor, { limit: 50, isRead: false }));
  await each("threads", async (actor) => {
    const { items } = await listThreads(dependencies, actor, { limit: 50 });
    threadIds.set(actor.userId, items[9]?.threadId ?? "");
  });
  await each("thread", (actor) => getThread(dependencies, actor, { threadId: threadIds.get(actor.userId) ?? "" }));
  await each("unread-count", (actor) => countUnread(dependencies, actor));
  await each("discover", (actor) => discoverContacts(dependencies, actor, { limit: 50 }));
}

async function measureSearching(actor: Actor): Promise<void> {
  const search = (q: string, more: object = {}) => searchEmails(dependencies, actor, { q, limit: 50, ...more });
  for (const [word, one] of Object.entries(MARKED)) {
    const own = await measure(CALLS, () => search(word));
    const peer = await measure(Math.ceil(CALLS / 20), () =>
      pool.query(ILIKE, [actor.organizationId, actor.userId, `%${word}%`]),
    );
    print(`search, a word in 1 of ${one}`, own);
    print("  in the database", await measure(CALLS, () => search(word), databaseClock));
    print("  ILIKE in the same order", peer, `   search is ${(peer.p50 / own.p50).toFixed(1)} times as fast`);
  }
  const { rows } = await pool.query("SELECT id FROM contacts WHERE user_id = $1 ORDER BY email_count DESC LIMIT 1", [
    actor.userId,
  ]);
  const cases: [string, string, object?][] = [
    ["two words, 1 of 300", "zmluva faktura"],
    ["a beginning of many words", "p"],
    ["a word in 1 of 10 or so", "pondelok"],
    ["a phrase", '"dobrý deň"'],
    ["frequent without frequent", "zmluva -prosím"],
    ["frequent, from one address", "zmluva", { from: "osoba7@zakaznik0.test" }],
    ["rare, from a name", "kolaudacia", { from: "Horvath" }],
    ["frequent, of a contact", "zmluva", { contactId: rows[0]?.id }],
    ["frequent, unread", "zmluva", { isRead: false }],
    ["nothing", "nictakenieje"],
  ];
  for (const [name, q, filters] of cases) await printSearch(name, () => search(q, filters));
}

/** What the call takes, and what of it the database. */
async function printSearch(name: string, call: () => Promise<unknown>): Promise<void> {
  print(`search, ${name}`, await measure(CALLS, call));
  print("  in the database", await measure(CALLS, call, databaseClock));
}

async function measureDepth(actor: Actor): Promise<void> {
  for (const word of ["zmluva", "faktura"]) {
    const cursors: (string | undefined)[] = [undefined];
    for (let cursor: string | null | undefined; cursor !== null && cursors.length < 1_000; ) {
      const page = await searchEmails(dependencies, actor, { q: word, limit: 50, cursor });
      cursor = page.nextCursor;
      if (cursor !== null) cursors.push(cursor);
    }
    for (const number of [1, cursors.length]) {
      const cursor = cursors[number - 1];
      await printSearch(`page ${number} of ${word}`, () =>
        searchEmails(dependencies, actor, { q: word, limit: 50, cursor }),
      );
    }
  }
}
