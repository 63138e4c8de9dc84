import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect, migrate, startEmbeddedPostgres } from "@crm/db";
import { type Actor, seedAdmin, updateMe } from "@crm/services";
import { benchDependencies } from "./bench-dependencies.ts";
import { median } from "./median.ts";

// What the audit row costs the acting request: `npm run audit-cost -- [--acts 400] [--rounds 7]`.
// The act is the cheapest there is, a change of one's name, so the share of the row is the largest it can be.

const { values } = parseArgs({
  options: { acts: { type: "string", default: "400" }, rounds: { type: "string", default: "7" } },
});
const ACTS = Number(values.acts);
const ROUNDS = Number(values.rounds);

const folder = await mkdtemp(join(tmpdir(), "crm-bench-"));
const postgres = await startEmbeddedPostgres({ dataDir: folder });
await migrate(postgres.url);
const { db, pool, close } = connect({ url: postgres.url });
const dependencies = benchDependencies(db);
await seedAdmin(dependencies, { username: "admin" });
const { rows: people } = await pool.query(
  `INSERT INTO users (organization_id, id, username, password_hash)
   SELECT id, gen_random_uuid(), 'user' || n, '' FROM organizations, generate_series(1, 8) AS n
   RETURNING organization_id, id, username`,
);
const actors = people.map(
  ({ organization_id, id, username }): Actor => ({
    requestId: "bench",
    ipAddress: "192.0.2.1",
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    organizationId: organization_id,
    userId: id,
    username,
    role: "member",
    sessionId: randomUUID(),
    passwordDue: false,
  }),
);

const OWN = "WHERE organization_id = $1 AND id = $2";
const READ = `SELECT * FROM users ${OWN}`;
const CHANGE = `UPDATE users SET first_name = $3, updated_at = now() ${OWN} RETURNING *`;
const ROW = `INSERT INTO audit_logs (organization_id, id, user_id, username, action, resource, resource_id, old_value,
  new_value, ip_address, user_agent, success) VALUES ($1, $2, $3::uuid, $4, 'user.update', 'user', $3::uuid::text, $5, $5, $6, $7, true)`;

/** The same statements by hand; `finish` is what comes before the commit. */
async function byHand(actor: Actor, name: string, finish: (query: typeof pool.query) => Promise<void>) {
  const client = await pool.connect();
  const query = client.query.bind(client) as typeof pool.query;
  try {
    await query("BEGIN");
    await query(READ, [actor.organizationId, actor.userId]);
    await query(CHANGE, [actor.organizationId, actor.userId, name]);
    await finish(query);
    await query("COMMIT");
  } finally {
    client.release();
  }
}

const row = ({ organizationId, userId, username, ipAddress, userAgent }: Actor, name: string) => [
  organizationId,
  randomUUID(),
  userId,
  username,
  JSON.stringify({ firstName: name, lastName: null }),
  ipAddress,
  userAgent,
];

const byHandWithRow = (actor: Actor, name: string) =>
  byHand(actor, name, async (query) => {
    await query({ name: "row", text: ROW, values: row(actor, name) });
  });

const SIDES: readonly { name: string; act(actor: Actor, name: string): Promise<unknown> }[] = [
  { name: "no audit row", act: (actor, name) => byHand(actor, name, async () => {}) },
  { name: "audit row, unsealed", act: byHandWithRow },
  {
    name: "audit row",
    act: async (actor, name) => {
      await byHandWithRow(actor, name);
      dependencies.auditSealer.nudge();
    },
  },
  {
    name: "audit row, chained at once",
    act: (actor, name) =>
      byHand(actor, name, async (query) => {
        await query("SELECT * FROM chains WHERE organization_id = $1 FOR UPDATE", [actor.organizationId]);
        await query({ name: "row", text: ROW, values: row(actor, name) });
        await query("UPDATE chains SET hash = $2 WHERE organization_id = $1", [actor.organizationId, randomBytes(32)]);
      }),
  },
  {
    name: "updateMe as it is",
    act: async (actor, firstName) => {
      await updateMe(dependencies, actor, { firstName });
      dependencies.auditSealer.nudge();
    },
  },
];

/** Milliseconds an act, one after the other; acts a second, eight at a time. */
async function measure(side: (typeof SIDES)[number]): Promise<[latency: number, rate: number]> {
  const [actor] = actors as [Actor];
  const latencies: number[] = [];
  for (let act = 0; act < ACTS; act++) {
    const start = performance.now();
    await side.act(actor, `name ${act}`);
    latencies.push(performance.now() - start);
  }
  const start = performance.now();
  await Promise.all(
    actors.map(async (each) => {
      for (let act = 0; act < ACTS / 2; act++) await side.act(each, `name ${act}`);
    }),
  );
  return [median(latencies), ((ACTS / 2) * actors.length) / ((performance.now() - start) / 1000)];
}

try {
  await pool.query("CREATE TABLE chains AS SELECT id AS organization_id, NULL::bytea AS hash FROM organizations");
  const results = SIDES.map(() => ({ latencies: [] as number[], rates: [] as number[] }));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, side] of SIDES.entries()) {
      const [latency, rate] = await measure(side);
      if (round === 0) continue;
      results[index]?.latencies.push(latency);
      results[index]?.rates.push(rate);
    }
  }
  const [bare] = results;
  for (const [index, { name }] of SIDES.entries()) {
    const { latencies = [], rates = [] } = results[index] ?? {};
    const more = latencies.map((latency, round) => latency - (bare?.latencies[round] ?? Number.NaN));
    const share = rates.map((rate, round) => rate / (bare?.rates[round] ?? Number.NaN));
    console.log(
      `${name.padEnd(28)}${median(latencies).toFixed(2)} ms (${median(more) >= 0 ? "+" : ""}${median(more).toFixed(2)})   ` +
        `${median(rates).toFixed(0).padStart(5)} acts/s by eight at a time, ${median(share).toFixed(2)} of those without`,
    );
  }
} finally {
  await dependencies.background.stop();
  await close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
