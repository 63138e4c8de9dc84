import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrate, startEmbeddedPostgres } from "@crm/db";
import { generateMessages, startCyrus, whyNoCyrus } from "@crm/jmap/testing";
import { type Mailbox, type Run, startRunner } from "./first-sync/runs.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
  options: { messages: { type: "string", default: "2000" }, rounds: { type: "string", default: "3" } },
});
const MESSAGES = Number(values.messages);
const ROUNDS = Number(values.rounds);

/** Run in turn, so that the machine's moods hit them alike. */
const SIDES = [
  { name: "contact by contact", module: "by-contact" },
  { name: "crm", module: "crm-importer" },
] as const;

const cyrus = await startCyrus();
if (!cyrus) throw new Error(`This needs Cyrus: ${whyNoCyrus()}`);
const folder = await mkdtemp(join(tmpdir(), "crm-bench-"));
const postgres = await startEmbeddedPostgres({ dataDir: folder });
try {
  await migrate(postgres.url);
  const account = await cyrus.createAccount();
  const mail = [...generateMessages({ count: MESSAGES, owner: account.username })];
  await cyrus.append(account, mail);
  const people = mail.flatMap(({ from, to, cc, bcc }) => [from, ...to, ...cc, ...bcc].map(({ email }) => email));
  const contacts = [...new Set(people)].filter((email) => email !== account.username);
  console.log(`${MESSAGES} messages, all of ${contacts.length} contacts`);
  const mailbox: Mailbox = { sessionUrl: cyrus.sessionUrl, ...account };

  const runners = await Promise.all(
    SIDES.map(({ module }) =>
      startRunner(new URL(`./first-sync/${module}.ts`, import.meta.url), {
        BENCH_DATABASE_URL: postgres.url,
        BENCH_CONTACTS: JSON.stringify(contacts),
      }),
    ),
  );
  const runs = SIDES.map((): Run[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, runner] of runners.entries()) {
      const run = await runner.run(mailbox);
      // The mail server's search, which the peer goes by, may miss some.
      if (run.messages < 0.98 * MESSAGES) throw new Error(`${SIDES[index]?.name} has ${run.messages} messages`);
      runs[index]?.push(run);
    }
  }
  for (const runner of runners) runner.stop();
  report("first sync", (run) => run.milliseconds, runs);
  report("nothing new", (run) => run.nothingNew ?? Number.NaN, runs);
} finally {
  await postgres.stop();
  await cyrus.stop();
  await rm(folder, { recursive: true, force: true });
}

function report(title: string, timeOf: (run: Run) => number, runs: readonly Run[][]): void {
  const times = runs.map((side) => side.map(timeOf));
  const [peer = [], own = []] = times;
  for (const [index, { name }] of SIDES.entries()) {
    console.log(
      `${title.padEnd(14)}${name.padEnd(22)}${median(times[index] ?? [])
        .toFixed(0)
        .padStart(7)} ms`,
    );
  }
  const ratios = own.map((time, round) => (peer[round] ?? Number.NaN) / time);
  console.log(
    `${title.padEnd(14)}${median(ratios).toFixed(1)} times as fast (${ratios.map((ratio) => ratio.toFixed(1)).join(" ")})`,
  );
}
