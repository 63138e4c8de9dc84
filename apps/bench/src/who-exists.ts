import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connect, migrate, organizations, startEmbeddedPostgres, users } from "@crm/db";
import { benchDependencies } from "./bench-dependencies.ts";
import { median } from "./median.ts";
import { startServer } from "./start-server.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "400" } } });
const ROUNDS = Number(values.rounds);
/** Median difference that is let pass. */
const LIMIT = 0.05;
/** Milliseconds between two requests, so that what one leaves to be done is not in the next one's time. */
const PAUSE = 15;
const PASSWORD = "Correct-Horse-7";
const HOUR = 3_600_000;
const at = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

const folder = await mkdtemp(join(tmpdir(), "crm-bench-"));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "database") });
try {
  await migrate(postgres.url);
  await fill(postgres.url);
  const server = await startServer({
    DATABASE_URL: postgres.url,
    DATA_DIR: join(folder, "server"),
    // Nothing listens there, and nothing has to: what is measured is the answer.
    SMTP_URL: "smtp://127.0.0.1:9",
    ...Object.fromEntries(
      ["MAX_REQUESTS", "LOGIN_MAX", "SENSITIVE_MAX"].map((name) => [`RATE_LIMIT_${name}`, "1000000"]),
    ),
  });
  try {
    const logins = await measure(`${server.url}/api/auth/login`, {
      unknown: { username: "nobody", password: PASSWORD },
      wrong: { username: "known", password: "Wrong-Horse-9" },
      deleted: { username: "deleted", password: PASSWORD },
      "temporary, wrong": { username: "temporary", password: "Wrong-Horse-9" },
      "temporary, over": { username: "expired", password: PASSWORD },
    });
    const byName = await measure(`${server.url}/api/auth/forgot-password`, {
      unknown: { username: "nobody" },
      known: { username: "known" },
      "without an address": { username: "temporary" },
    });
    const byAddress = await measure(`${server.url}/api/auth/forgot-password`, {
      unknown: { email: "nobody@mail.example" },
      known: { email: "known@mail.example" },
    });
    const worst = Math.max(
      report("login", logins),
      report("forgot, by name", byName),
      report("forgot, by address", byAddress),
    );
    if (worst > LIMIT) process.exitCode = 1;
  } finally {
    await server.stop();
  }
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

async function fill(url: string): Promise<void> {
  const { db, close } = connect({ url });
  const dependencies = benchDependencies(db);
  const passwordHash = await dependencies.passwords.hash(PASSWORD);
  const [organization] = await db.insert(organizations).values({ slug: "default", name: "Bench" }).returning();
  if (!organization) throw new Error("the organization was not inserted");
  const of = { organizationId: organization.id, passwordHash };
  // Nobody of the name "deleted" is left: a deleted user is an unknown one.
  await db.insert(users).values([
    { ...of, username: "known", email: "known@mail.example" },
    { ...of, username: "temporary", temporaryPasswordUntil: at(HOUR) },
    { ...of, username: "expired", temporaryPasswordUntil: at(-HOUR) },
  ]);
  await dependencies.background.stop();
  await dependencies.limits.close();
  await close();
}

/** Milliseconds of each answer, one request at a time and in turn, so that the machine's moods hit all alike. */
async function measure<Name extends string>(
  url: string,
  bodies: Record<Name, object>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(bodies) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const warmUp = Math.ceil(ROUNDS / 10);
  for (let round = -warmUp; round < ROUNDS; round++) {
    // Another order each round, so that what one request leaves behind does not always hit the same next one.
    for (const name of names.toSorted(() => Math.random() - 0.5)) {
      await setTimeout(PAUSE);
      const begun = performance.now();
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(bodies[name]),
      });
      await response.arrayBuffer();
      if (round >= 0) times[name].push(performance.now() - begun);
    }
  }
  return times;
}

/**
 * Prints medians, and gives how far apart the furthest two are. Each answer is held against the others of its round, so
 * that a machine which slows down for a while slows all of them.
 */
function report(title: string, times: Record<string, number[]>): number {
  const sides = Object.values(times);
  const logarithms = (round: number) => sides.map((own) => Math.log(own[round] ?? Number.NaN));
  const pace = Array.from({ length: ROUNDS }, (_, round) =>
    Math.exp(logarithms(round).reduce((sum, own) => sum + own, 0) / sides.length),
  );
  const ratios = Object.entries(times).map(([name, own]) => {
    const ratio = median(own.map((time, round) => time / (pace[round] ?? Number.NaN)));
    const shown = `${median(own).toFixed(2).padStart(8)} ms   ${ratio.toFixed(3)} of its round`;
    console.log(`${title.padEnd(20)}${name.padEnd(20)}${shown}`);
    return ratio;
  });
  const difference = Math.max(...ratios) / Math.min(...ratios) - 1;
  console.log(`${title.padEnd(20)}${"furthest apart".padEnd(20)}${(difference * 100).toFixed(1).padStart(8)} %`);
  return difference;
}
