import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrate, startEmbeddedPostgres } from "@crm/db";
import { generateMessages, startCyrus, whyNoCyrus } from "@crm/jmap/testing";
import { type Mailbox, startRunner } from "./first-sync/runs.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
  options: { messages: { type: "string", default: "2000" }, rounds: { type: "string", default: "7" } },
});
const MESSAGES = Number(values.messages);
const ROUNDS = Number(values.rounds);
const MIB = 1_048_576;

/** Run in turn so that the machine's moods hit them alike. */
const SIDES = [
  { name: "bare loop", module: "bare-reader", settings: { BENCH_CALLS_AT_A_TIME: "1" } },
  { name: "bare read, four calls", module: "bare-reader", settings: { BENCH_CALLS_AT_A_TIME: "4" } },
  { name: "contact sync", module: "crm-syncer", settings: { BENCH_FROM: "index" } },
  { name: "index and contact sync", module: "crm-syncer", settings: { BENCH_FROM: "nothing" } },
] as const;
/** What the others are compared with. */
const BARE = [0, 1] as const;

const cyrus = await startCyrus();
if (!cyrus) throw new Error(`This needs Cyrus: ${whyNoCyrus()}`);
const folder = await mkdtemp(join(tmpdir(), "crm-bench-"));
const postgres = await startEmbeddedPostgres({ dataDir: folder });
try {
  await migrate(postgres.url);
  const account = await cyrus.createAccount();
  const vip = { vip: "vip@zakaznik.test", vipCount: MESSAGES };
  await cyrus.append(account, generateMessages({ count: MESSAGES, owner: account.username, ...vip }));
  const mailbox: Mailbox = { sessionUrl: cyrus.sessionUrl, ...account };

  const runners = await Promise.all(SIDES.map(startSide));
  const rates = SIDES.map((): number[] => []);
  const memory = SIDES.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, runner] of runners.entries()) {
      const run = await runner.run(mailbox);
      if (run.messages !== MESSAGES)
        throw new Error(`${SIDES[index]?.name} met ${run.messages} of ${MESSAGES} messages`);
      memory[index]?.push(run.memory / MIB);
      // The first round warms up: the processes, and the caches of the mail server and of the database.
      if (round > 0) rates[index]?.push(MESSAGES / (run.milliseconds / 1_000));
    }
  }
  for (const runner of runners) runner.stop();

  for (const [index, { name }] of SIDES.entries()) {
    const own = rates[index] ?? [];
    const [ofLoop, ofFour] = BARE.map((bare) =>
      median(own.map((rate, round) => rate / (rates[bare]?.[round] ?? Number.NaN))).toFixed(2),
    );
    console.log(
      `${name.padEnd(24)}${median(own).toFixed(0).padStart(6)} messages/s   ${ofLoop} of the bare loop   ${ofFour} of four calls` +
        `   ${Math.max(...(memory[index] ?? []))
          .toFixed(0)
          .padStart(4)} MiB above idle at the most`,
    );
  }
} finally {
  await postgres.stop();
  await cyrus.stop();
  await rm(folder, { recursive: true, force: true });
}

function startSide({ module, settings }: (typeof SIDES)[number]) {
  return startRunner(new URL(`./first-sync/${module}.ts`, import.meta.url), {
    BENCH_DATABASE_URL: postgres.url,
    BENCH_MESSAGES: String(MESSAGES),
    ...settings,
  });
}
