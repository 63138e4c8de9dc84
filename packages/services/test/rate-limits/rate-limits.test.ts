import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { type Connection, connect } from "@crm/db";
import { createTestDatabase, type TestDatabase } from "@crm/db/testing";
import type { Actor, Caller } from "@crm/services";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PasswordHasher } from "../../src/auth/password-hasher.ts";
import { ServiceError } from "../../src/errors.ts";
import { guardLogin } from "../../src/rate-limits/guard-login.ts";
import { RateLimitedError } from "../../src/rate-limits/limit-status.ts";
import type { RateLimitSettings } from "../../src/rate-limits/policies.ts";
import { RateLimits } from "../../src/rate-limits/rate-limits.ts";

declare module "vitest" {
  interface ProvidedContext {
    redis: string | null;
  }
}

const silent = () => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const SETTINGS: RateLimitSettings = { windowMs: 600_000, maxRequests: 100, loginMax: 5, sensitiveMax: 3 };
const PROCESSES = 4;
const passwords = new PasswordHasher();

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const redisUrl = inject("redis");
const stores = [
  { name: "PostgreSQL", url: null, present: true },
  // Redis is the same whichever PostgreSQL stands beside it.
  ...(inject("postgresVersion") === "18" ? [{ name: "Redis", url: redisUrl, present: redisUrl !== null }] : []),
];

/** As many processes as there are: each with a pool and counters of its own. */
function startProcesses(url: string | null, settings: Partial<RateLimitSettings> = {}, count = PROCESSES) {
  const connections: Connection[] = [];
  const processes = Array.from({ length: count }, () => {
    const connection = connect({ url: database.url, maxConnections: 3 });
    connections.push(connection);
    return new RateLimits({ db: connection.db, logger, redisUrl: url, settings: { ...SETTINGS, ...settings } });
  });
  return {
    processes,
    async stop() {
      await Promise.all(processes.map((limits) => limits.close()));
      await Promise.all(connections.map(({ close }) => close()));
    },
  };
}

const caller = (ipAddress = "192.0.2.1"): Caller => ({ requestId: "test", ipAddress, userAgent: null });
const someone = (): Actor => ({
  ...caller(),
  organizationId: randomUUID(),
  userId: randomUUID(),
  username: "someone",
  role: "member",
  sessionId: randomUUID(),
  passwordDue: false,
});
const outcome = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return "ok";
  } catch (error) {
    return error instanceof ServiceError ? error.code : String(error);
  }
};
function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of outcomes) counts[each] = (counts[each] ?? 0) + 1;
  return counts;
}
const wrong = () => Promise.reject(new ServiceError("INVALID_CREDENTIALS"));

describe.each(stores)("limits in $name", ({ url, present }) => {
  const running = present ? startProcesses.bind(null, url) : null;
  const withProcesses =
    (settings: Partial<RateLimitSettings>, run: (processes: RateLimits[]) => Promise<void>) => async () => {
      if (!running) throw new Error("the store is not there");
      const group = running(settings);
      try {
        await run(group.processes);
      } finally {
        await group.stop();
      }
    };
  const test = it.skipIf(!present);
  const spread = (processes: readonly RateLimits[], calls: number, call: (limits: RateLimits) => Promise<unknown>) =>
    Promise.all(
      Array.from({ length: calls }, (_, index) => outcome(call(processes[index % processes.length] as never))),
    );

  test(
    "a rush over four processes gets exactly as many calls as allowed, again and again",
    withProcesses({}, async (processes) => {
      for (let round = 0; round < 10; round++) {
        const actor = someone();
        const outcomes = await spread(processes, 300, (limits) => limits.countCall(actor, actor, "auth.me"));
        expect(tally(outcomes)).toEqual({ ok: 100, RATE_LIMITED: 200 });
      }
    }),
  );

  test(
    "what one process has at hand and does not need goes to the others",
    withProcesses({ maxRequests: 400 }, async ([first, ...others]) => {
      const actor = someone();
      if (!first) throw new Error("no process");
      // One after the other, so that the first process takes ever larger blocks, and stops amid one.
      for (let call = 0; call < 50; call++) await first.countCall(actor, actor, "auth.me");
      const outcomes = await spread(others, 600, (limits) => limits.countCall(actor, actor, "auth.me"));
      expect(tally(outcomes)).toEqual({ ok: 350, RATE_LIMITED: 250 });
    }),
  );

  test(
    "the status counts down by one a call, and its reset is within the window",
    withProcesses({}, async ([limits]) => {
      const actor = someone();
      for (let remaining = 99; remaining >= 0; remaining--) {
        const status = await limits?.countCall(actor, actor, "auth.me");
        expect(status).toMatchObject({ limit: 100, remaining });
        expect(status?.reset).toBeGreaterThan(590);
        expect(status?.reset).toBeLessThanOrEqual(600);
      }
      const refusal = await limits?.countCall(actor, actor, "auth.me").catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(RateLimitedError);
      expect(refusal).toMatchObject({ limit: { limit: 100, remaining: 0 }, retryAfter: expect.any(Number) });
    }),
  );

  test(
    "each sensitive operation is counted by itself, exactly, beside the calls as a whole",
    withProcesses({}, async (processes) => {
      const actor = someone();
      for (const operation of ["auth.setPassword", "auth.linkEmail", "auth.totp.enable", "auth.apiKeys.create"]) {
        const outcomes = await spread(processes, 12, (limits) => limits.countCall(actor, actor, operation));
        expect(tally(outcomes), operation).toEqual({ ok: 3, RATE_LIMITED: 9 });
      }
      const colleague = { ...actor, userId: randomUUID() };
      expect(await processes[0]?.countCall(colleague, colleague, "auth.setPassword")).toMatchObject({ remaining: 2 });
    }),
  );

  test(
    "a hundred guesses at once over four processes get five tries, the owner's success forgives them",
    withProcesses({}, async (processes) => {
      const account = { organization: "default", username: randomUUID() };
      let tries = 0;
      const guess = async (limits: RateLimits) =>
        guardLogin({ limits, passwords }, caller(randomUUID()), account, () => {
          tries++;
          return wrong();
        });
      const outcomes = await spread(processes, 100, guess);
      expect(tries).toBe(5);
      expect(tally(outcomes)).toEqual({ INVALID_CREDENTIALS: 5, RATE_LIMITED: 95 });

      const other = { organization: "default", username: randomUUID() };
      const [limits] = processes as [RateLimits];
      for (let round = 0; round < 3; round++) {
        for (let failure = 0; failure < 4; failure++)
          await outcome(guardLogin({ limits, passwords }, caller(), other, wrong));
        expect(await guardLogin({ limits, passwords }, caller(), other, async () => "in")).toBe("in");
      }
    }),
  );

  test(
    "right passwords all pass, however many come at once",
    withProcesses({}, async (processes) => {
      const account = { organization: "default", username: randomUUID() };
      const login = (limits: RateLimits) =>
        guardLogin({ limits, passwords }, caller(), account, () => new Promise((resolve) => setTimeout(resolve, 5)));
      expect(tally(await spread(processes, 120, login))).toEqual({ ok: 120 });
    }),
  );

  test(
    "logins of one account from one network in every process never wait for each other in a circle",
    withProcesses({}, async (processes) => {
      const account = { organization: "default", username: randomUUID() };
      const again = async (limits: RateLimits) => {
        for (let login = 0; login < 300; login++) {
          await guardLogin({ limits, passwords }, caller("192.0.2.7"), account, async () => "in");
        }
      };
      expect(tally(await spread(processes, 8, again))).toEqual({ ok: 8 });
    }),
    30_000,
  );

  test(
    "one network gets ten times an account's failures, over all accounts",
    withProcesses({}, async (processes) => {
      const address = randomUUID();
      const outcomes = await spread(processes, 80, (limits) =>
        guardLogin({ limits, passwords }, caller(address), { organization: "default", username: randomUUID() }, wrong),
      );
      expect(tally(outcomes)).toEqual({ INVALID_CREDENTIALS: 50, RATE_LIMITED: 30 });
    }),
  );

  test(
    "guesses of many networks at many accounts get each account's tries exactly, and none is counted where it was refused",
    withProcesses({}, async (processes) => {
      const networks = Array.from({ length: 4 }, () => randomUUID());
      const accounts = Array.from({ length: 10 }, () => ({ organization: "default", username: randomUUID() }));
      let tries = 0;
      const guess = (limits: RateLimits, index: number) =>
        guardLogin(
          { limits, passwords },
          caller(networks[index % 4]),
          accounts[index % 10] as (typeof accounts)[0],
          () => {
            tries++;
            return wrong();
          },
        );
      // Every account from every network, and every network in every process.
      const outcomes = await Promise.all(
        Array.from({ length: 800 }, (_, index) =>
          outcome(guess(processes[Math.floor(index / 40) % PROCESSES] as RateLimits, index)),
        ),
      );
      expect(tally(outcomes)).toEqual({ INVALID_CREDENTIALS: 50, RATE_LIMITED: 750 });
      expect(tries).toBe(50);
      // What the networks have left is what their guesses that were tried have not used up: 4 times 50, less 50.
      const others = await Promise.all(
        Array.from({ length: 320 }, (_, index) =>
          outcome(
            guardLogin(
              { limits: processes[index % PROCESSES] as RateLimits, passwords },
              caller(networks[Math.floor(index / PROCESSES) % 4]),
              { organization: "default", username: randomUUID() },
              wrong,
            ),
          ),
        ),
      );
      expect(tally(others)).toEqual({ INVALID_CREDENTIALS: 150, RATE_LIMITED: 170 });
    }),
  );

  test(
    "a crowd at one network keeps nobody from the account that it is after, nor a crowd at an account from another one",
    withProcesses({ loginMax: 1 }, async ([limits]) => {
      if (!limits) throw new Error("no process");
      const account = () => ({ organization: "default", username: randomUUID() });
      const release = new EventEmitter().setMaxListeners(100);
      let hanging = 0;
      const hang = async () => {
        hanging++;
        await once(release, "now");
        return "out";
      };
      const enter = async () => "in";
      const [owner, neighbour, hunted, network, elsewhere] = [
        account(),
        account(),
        account(),
        randomUUID(),
        randomUUID(),
      ];
      const enterAgainAndAgain = async (address: string, who: typeof owner) => {
        for (let login = 0; login < 10; login++) await guardLogin({ limits, passwords }, caller(address), who, enter);
      };

      // All that the network may fail is held by attempts that run; its next one waits to try the owner's account.
      const crowd = Array.from({ length: 10 }, () =>
        guardLogin({ limits, passwords }, caller(network), account(), hang),
      );
      const waiting = guardLogin({ limits, passwords }, caller(network), owner, enter);
      await expect.poll(() => hanging).toBe(10);
      await enterAgainAndAgain(randomUUID(), owner);

      // All that the account may fail is held; its next one waits, from where somebody else goes to another account.
      const hunters = Array.from({ length: 2 }, () =>
        guardLogin({ limits, passwords }, caller(elsewhere), hunted, hang),
      );
      await expect.poll(() => hanging).toBe(11);
      await enterAgainAndAgain(elsewhere, neighbour);

      // It gets its turn once the others have ended.
      release.emit("now");
      await expect.poll(() => hanging).toBe(12);
      release.emit("now");
      expect(tally(await Promise.all([...crowd, ...hunters, waiting]))).toEqual({ out: 12, in: 1 });
    }),
  );

  test(
    "a fault counts as no guess",
    withProcesses({}, async ([limits]) => {
      if (!limits) throw new Error("no process");
      const account = { organization: "default", username: randomUUID() };
      const overloaded = () => Promise.reject(new ServiceError("OVERLOADED"));
      for (let round = 0; round < 8; round++) {
        expect(await outcome(guardLogin({ limits, passwords }, caller(), account, overloaded))).toBe("OVERLOADED");
      }
    }),
  );

  test(
    "counts outlive the processes, and a window that is over counts for nothing",
    withProcesses({ windowMs: 1_500 }, async ([limits]) => {
      const actor = someone();
      const call = (process: RateLimits | undefined) =>
        outcome(Promise.resolve(process?.countCall(actor, actor, "auth.verifyEmail")));
      for (let round = 0; round < 3; round++) expect(await call(limits)).toBe("ok");
      const restarted = startProcesses(url, { windowMs: 1_500 }, 1);
      try {
        expect(await call(restarted.processes[0])).toBe("RATE_LIMITED");
        await expect.poll(() => call(restarted.processes[0]), { timeout: 5_000, interval: 50 }).toBe("ok");
      } finally {
        await restarted.stop();
      }
    }),
  );
});

it.skipIf(redisUrl === null)("leaves the database alone where Redis counts", async () => {
  const rows = async () => (await database.pool.query("SELECT count(*)::int AS count FROM rate_limits")).rows[0].count;
  const before = await rows();
  const group = startProcesses(redisUrl, {}, 1);
  try {
    const actor = someone();
    await group.processes[0]?.countCall(actor, actor, "auth.setPassword");
    expect(await rows()).toBe(before);
  } finally {
    await group.stop();
  }
});

it("counts in the database while Redis is away", async () => {
  const group = startProcesses("redis://127.0.0.1:1", {}, 2);
  try {
    const actor = someone();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        outcome(Promise.resolve(group.processes[index % 2]?.countCall(actor, actor, "auth.setPassword"))),
      ),
    );
    expect(tally(outcomes)).toEqual({ ok: 3, RATE_LIMITED: 7 });
  } finally {
    await group.stop();
  }
});
