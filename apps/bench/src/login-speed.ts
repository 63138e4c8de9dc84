import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { migrate, startEmbeddedPostgres } from "@crm/db";
import type { Answers, Load } from "./http-speed/load.ts";
import { fillWithPeople, PASSWORD } from "./http-speed/people.ts";
import { startProductionServer } from "./http-speed/processes.ts";
import { serverEnv } from "./http-speed/settings.ts";
import { signInAll } from "./http-speed/sign-in.ts";
import { startRunner } from "./http-speed/start-runner.ts";
import { median } from "./median.ts";

// How many people a second sign in beside bare argon2, and how quick reads stay in a flood of them:
// `npm run login-speed -- [--rounds 5] [--seconds 4]`.

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, seconds: { type: "string", default: "4" } },
});
const ROUNDS = Number(values.rounds);
const SECONDS = Number(values.seconds);
const AT_A_TIME = 8;
const FLOOD = 200;
const PEOPLE = 20;
/** Between two questions of whoever reads meanwhile, in milliseconds. */
const PAUSE = 5;

const folder = await mkdtemp(join(tmpdir(), "crm-bench-"));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "database") });
try {
  await migrate(postgres.url);
  const people = await fillWithPeople(postgres.url, PEOPLE);
  const names = people.map(({ username }) => username);
  const [argon2, load, crm] = await Promise.all([
    startRunner<{ concurrency: number; seconds: number }, number>("bare-argon2"),
    startRunner<Load, Answers>("load"),
    startProductionServer(serverEnv(postgres.url, folder), join(folder, "crm.log")),
  ]);
  try {
    const [token = ""] = await signInAll(crm.url, names);
    const headers = { authorization: `Bearer ${token}` };
    /** Logins a second of so many people who each sign in again and again. */
    const logIn = async (connections: number) => {
      const url = `${crm.url}/api/auth/login`;
      const bodies = names.map((username) => JSON.stringify({ username, password: PASSWORD }));
      const requests = bodies.map((body) => ({ url, headers: {}, body }));
      return (await load.run({ requests, connections, seconds: SECONDS })).perSecond;
    };
    const reads = { "/healthz": `${crm.url}/healthz`, "GET /api/contacts": `${crm.url}/api/contacts` };

    const rates = { bare: [] as number[], login: [] as number[] };
    const slowest = Object.entries(reads).map(([name, url]) => ({
      name,
      url,
      idle: [] as number[],
      flood: [] as number[],
    }));
    for (let round = 0; round <= ROUNDS; round++) {
      const bare = await argon2.run({ concurrency: AT_A_TIME, seconds: SECONDS });
      const login = await logIn(AT_A_TIME);
      await wait(500);
      const idle: number[] = [];
      for (const { url } of slowest) idle.push(await probe(url, headers, SECONDS / 2));
      const flood = logIn(FLOOD);
      // All of them are under way before the first read is timed.
      await wait(500);
      const flooded = await Promise.all(slowest.map(({ url }) => probe(url, headers, SECONDS - 0.5)));
      await flood;
      if (round === 0) continue;
      rates.bare.push(bare);
      rates.login.push(login);
      for (const [index, read] of slowest.entries()) {
        read.idle.push(idle[index] ?? Number.NaN);
        read.flood.push(flooded[index] ?? Number.NaN);
      }
    }
    const share = median(rates.login.map((rate, round) => rate / (rates.bare[round] ?? Number.NaN)));
    console.log(`bare argon2.verify   ${median(rates.bare).toFixed(1)} a second, ${AT_A_TIME} at a time`);
    console.log(
      `login                ${median(rates.login).toFixed(1)} a second, ${(share * 100).toFixed(0)} % of bare`,
    );
    for (const { name, idle, flood } of slowest) {
      const times = median(flood.map((p99, round) => p99 / (idle[round] ?? Number.NaN)));
      const shown = `${median(idle).toFixed(1)} ms idle, ${median(flood).toFixed(1)} ms with ${FLOOD} logins in flight`;
      console.log(`${name.padEnd(21)}p99 ${shown}, ${times.toFixed(1)} times`);
    }
  } finally {
    argon2.stop();
    load.stop();
    await crm.stop();
  }
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Asks one after the other, and gives the 99th percentile in milliseconds. */
async function probe(url: string, headers: Record<string, string>, seconds: number): Promise<number> {
  const times: number[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await wait(PAUSE)) {
    const begun = performance.now();
    const response = await fetch(url, { headers });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    times.push(performance.now() - begun);
  }
  times.sort((one, other) => one - other);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}
