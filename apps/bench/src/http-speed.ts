import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrate, startEmbeddedPostgres } from "@crm/db";
import jwt from "jsonwebtoken";
import { cpuTime } from "./http-speed/cpu-time.ts";
import type { Answers, Load } from "./http-speed/load.ts";
import { fillWithPeople, type Person } from "./http-speed/people.ts";
import { startPeer, startProductionServer } from "./http-speed/processes.ts";
import { serverEnv } from "./http-speed/settings.ts";
import { signInAll } from "./http-speed/sign-in.ts";
import { type Runner, startRunner } from "./http-speed/start-runner.ts";
import { median } from "./median.ts";

// How quick the usual reads are beside the usual stack: `npm run http-speed -- [--rounds 5] [--seconds 3] [--only me]`.

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    connections: { type: "string", default: "10" },
    only: { type: "string", default: "" },
  },
});
const ROUNDS = Number(values.rounds);
const SECONDS = Number(values.seconds);
const CONNECTIONS = Number(values.connections);
const PEOPLE = 20;

interface Side {
  name: string;
  /** By which its ratios are named. */
  peer?: "Express" | "bare";
  requests: Load["requests"];
  /** The process that answers. */
  pid: number;
}

const folder = await mkdtemp(join(tmpdir(), "crm-bench-"));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "database") });
try {
  await migrate(postgres.url);
  const people = await fillWithPeople(postgres.url, PEOPLE);
  const secret = randomBytes(32).toString("base64url");
  const settings = { BENCH_DATABASE_URL: postgres.url, BENCH_SECRET: secret };
  const [express, bare, crm, load] = await Promise.all([
    startPeer("express-peer", settings, join(folder, "express.log")),
    startPeer("bare-peer", settings, join(folder, "bare.log")),
    startProductionServer(serverEnv(postgres.url, folder), join(folder, "crm.log")),
    startRunner<Load, Answers>("load"),
  ]);
  try {
    const tokens = await signInAll(
      crm.url,
      people.map(({ username }) => username),
    );
    const ofCrm = (path: string) => people.map((_, index) => request(`${crm.url}${path}`, tokens[index]));
    const ofExpress = (path: string) =>
      people.map(({ userId, organizationId }) =>
        request(`${express.url}${path}`, jwt.sign({ userId, organizationId }, secret, { expiresIn: "1h" })),
      );
    const ofBare = (path: string) =>
      people.map(({ organizationId, userId }: Person) => request(`${bare.url}${path}?${organizationId}/${userId}`));
    const input = encodeURIComponent(JSON.stringify({ json: { limit: 50 } }));

    const scenarios: Record<string, Side[]> = {
      me: [
        { name: "Express", peer: "Express", requests: ofExpress("/api/auth/me"), pid: express.pid },
        { name: "crm, REST", requests: ofCrm("/api/auth/me"), pid: crm.pid },
      ],
      list: [
        { name: "Express", peer: "Express", requests: ofExpress("/api/contacts?limit=50"), pid: express.pid },
        { name: "bare node:http", peer: "bare", requests: ofBare("/contacts"), pid: bare.pid },
        { name: "crm, REST", requests: ofCrm("/api/contacts?limit=50"), pid: crm.pid },
        { name: "crm, tRPC", requests: ofCrm(`/trpc/contacts.list?input=${input}`), pid: crm.pid },
      ],
    };
    await checkSame(scenarios.list ?? []);
    for (const [name, sides] of Object.entries(scenarios)) {
      if (values.only === "" || values.only === name) await measure(name, sides, load);
    }
  } finally {
    load.stop();
    await Promise.all([express.stop(), bare.stop(), crm.stop()]);
  }
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

function request(url: string, token?: string): Load["requests"][number] {
  return { url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
}

/** Every side has to answer the same fifty contacts, or the race is none. */
async function checkSame(sides: readonly Side[]): Promise<void> {
  const lists = await Promise.all(
    sides.map(async ({ name, requests: [first] }) => {
      const response = await fetch(first?.url ?? "", { headers: first?.headers ?? {} });
      const body = (await response.json()) as {
        data?: { id: string }[];
        result?: { data: { json: { items: { id: string }[] } } };
      };
      const rows = body.data ?? body.result?.data.json.items ?? [];
      if (rows.length !== 50) throw new Error(`${name} answered ${response.status} with ${rows.length} rows`);
      return rows.map(({ id }) => id).join();
    }),
  );
  if (new Set(lists).size !== 1) throw new Error("the sides do not answer the same contacts");
}

/** All sides in turn, round after round, so that the machine's moods hit them alike; the first round warms up. */
async function measure(title: string, sides: readonly Side[], load: Runner<Load, Answers>) {
  const rates = sides.map((): number[] => []);
  const costs = sides.map((): number[] => []);
  const slowest = sides.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, { requests, pid }] of sides.entries()) {
      const before = await cpuTime(pid);
      const { answers, perSecond, p99 } = await load.run({ requests, connections: CONNECTIONS, seconds: SECONDS });
      if (round === 0) continue;
      costs[index]?.push(((await cpuTime(pid)) - before) / answers);
      rates[index]?.push(perSecond);
      slowest[index]?.push(p99);
    }
  }
  for (const [index, { name }] of sides.entries()) {
    const own = rates[index] ?? [];
    const ratios = sides.flatMap(({ peer }, other) =>
      peer === undefined || other === index
        ? []
        : [`${median(own.map((rate, round) => rate / (rates[other]?.[round] ?? Number.NaN))).toFixed(2)}× ${peer}`],
    );
    const spread = `${Math.min(...own).toFixed(0)}–${Math.max(...own).toFixed(0)}`;
    console.log(
      `${title.padEnd(6)}${name.padEnd(16)}${median(own).toFixed(0).padStart(6)} req/s  (${spread})`.padEnd(52) +
        `p99 ${median(slowest[index] ?? []).toFixed(1)} ms   `.padEnd(16) +
        `${median(costs[index] ?? []).toFixed(0)} µs CPU   `.padEnd(15) +
        ratios.join("   "),
    );
  }
}
