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
  { name: "bare envelope read", module: "bare-reader" },
  { name: "index", module: "crm-indexer" },
] as const;

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
    SIDES.map(({ module }) =>
      startRunner(new URL(`./first-sync/${module}.ts`, import.meta.url), {
        BENCH_DATABASE_URL: postgres.url,
        BENCH_READ: "envelopes",
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
  const [bare = []] = rates;
  for (const [index, { name }] of SIDES.entries()) {
    const own = rates[index] ?? [];
    const ratios = own.map((rate, round) => rate / (bare[round] ?? Number.NaN));
    console.log(
      `  ${name.padEnd(20)}${median(own).toFixed(0).padStart(6)} messages/s   ${median(ratios).toFixed(2)} of the bare read` +
        ` (${ratios.map((ratio) => ratio.toFixed(2)).join(" ")})   ` +
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
