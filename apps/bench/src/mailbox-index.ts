import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrate, startEmbeddedPostgres } from "@crm/db";
import { generateMessages, startCyrus, startDemoServer, type TestMailServer, whyNoCyrus } from "@crm/jmap/testing";
import { type Mailbox, startRunner } from "./first-sync/runs.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
  options: {
    server: { type: "string", default: "cyrus" },
    messages: { type: "string", default: "5000,50000" },
    rounds: { type: "string", default: "3" },
  },
});
const SIZES = values.messages.split(",").map(Number);
const ROUNDS = Number(values.rounds);
const MIB = 1_048_576;

/** Run in turn, so that the machine's moods hit them alike. */
const SIDES = [
  { name: "bare loop", module: "bare-reader", settings: { BENCH_CALLS_AT_A_TIME: "1" } },
  { name: "bare read, four calls", module: "bare-reader", settings: { BENCH_CALLS_AT_A_TIME: "4" } },
  { name: "index", module: "crm-indexer", settings: {} },
] as const;
/** What the others are compared with. */
const BARE = [0, 1] as const;

const server = await startServer();
const folder = await mkdtemp(join(tmpdir(), "crm-bench-"));
const postgres = await startEmbeddedPostgres({ dataDir: folder });
try {
  await migrate(postgres.url);
  for (const size of SIZES) await measure(size);
} finally {
  await postgres.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(size: number): Promise<void> {
  const account = await server.createAccount();
  const begun = performance.now();
  await server.append(account, generateMessages({ count: size, owner: account.username }));
  console.log(`${size} messages at ${server.name}, put there in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
  const mailbox: Mailbox = { sessionUrl: server.sessionUrl, ...account };
  // New processes for each size: memory is compared with what they have idle.
  const runners = await Promise.all(
    SIDES.map(({ module, settings }) =>
      startRunner(new URL(`./first-sync/${module}.ts`, import.meta.url), {
        BENCH_DATABASE_URL: postgres.url,
        BENCH_READ: "envelopes",
        ...settings,
      }),
    ),
  );
  const rates = SIDES.map((): number[] => []);
  const memory = SIDES.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, runner] of runners.entries()) {
      const run = await runner.run(mailbox);
      if (run.messages !== size) throw new Error(`${SIDES[index]?.name} met ${run.messages} of ${size} messages`);
      memory[index]?.push(run.memory / MIB);
      rates[index]?.push(size / (run.milliseconds / 1_000));
    }
  }
  for (const runner of runners) runner.stop();
  for (const [index, { name }] of SIDES.entries()) {
    const own = rates[index] ?? [];
    const [ofLoop, ofFour] = BARE.map((bare) =>
      median(own.map((rate, round) => rate / (rates[bare]?.[round] ?? Number.NaN))).toFixed(2),
    );
    console.log(
      `  ${name.padEnd(22)}${median(own).toFixed(0).padStart(6)} messages/s   ${ofLoop} of the bare loop   ${ofFour} of four calls   ` +
        `${Math.max(...(memory[index] ?? []))
          .toFixed(0)
          .padStart(4)} MiB above idle at the most`,
    );
  }
}

async function startServer(): Promise<TestMailServer> {
  if (values.server === "demo") return startDemoServer();
  const cyrus = await startCyrus({ searchIndex: false });
  if (!cyrus) throw new Error(`This needs Cyrus: ${whyNoCyrus()}`);
  return cyrus;
}
