import type { Redis } from "ioredis";
import type { Logger } from "../dependencies.ts";
import { connectRedis } from "../redis/connect-redis.ts";
import type { LimitStore, Settlement, Take, Taken } from "./limit-store.ts";

const PREFIX = "crm:limit:";

/** Counters in Redis, by its clock: one script a call, which Redis runs as a whole. */
export class RedisStore implements LimitStore {
  readonly #redis: Redis & Scripts;
  /** The first attempt to connect has ended, well or not. */
  readonly #tried: Promise<void>;

  constructor(url: string, logger: Logger) {
    const { redis, tried } = connectRedis(url, {
      logger,
      whileAway: "rate limits are counted in the database meanwhile",
      scripts: {
        takeLimit: { lua: TAKE, numberOfKeys: 1 },
        settleLimit: { lua: SETTLE, numberOfKeys: 1 },
      },
    });
    this.#redis = redis as Redis & Scripts;
    this.#tried = tried;
  }

  /** Whether it is worth asking. Waits for the first connection, so that a process that starts counts with the others. */
  async isReady(): Promise<boolean> {
    await this.#tried;
    return this.#redis.status === "ready";
  }

  take({ of, need, extra, windowMs, holds, holdMs, spent }: Take): Promise<Taken[]> {
    return Promise.all(
      of.map(async ({ key, limit }) => {
        const answer = await this.#redis.takeLimit(PREFIX + key, need, extra, limit, windowMs, holds, holdMs, spent);
        const [granted = 0, points = 0, heldFor = 0, resetIn = 0, windowEnd = 0] = answer.map(Number);
        return { granted, points, heldFor, resetIn, windowEnd };
      }),
    );
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    await Promise.all(
      settlements.map(({ key, windowEnd, held, unused }) =>
        this.#redis.settleLimit(PREFIX + key, windowEnd, held, unused),
      ),
    );
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}

interface Scripts {
  takeLimit(key: string, ...values: (string | number)[]): Promise<(string | number)[]>;
  settleLimit(key: string, ...values: (string | number)[]): Promise<unknown>;
}

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** need, extra, limit, window, holds, hold, spent. See PostgresStore, which does the same in SQL. */
const TAKE = `${NOW}
local need, extra, limit, hold = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[6])
local state = redis.call('HMGET', KEYS[1], 'points', 'held', 'heldUntil', 'expire')
local points, held, heldUntil, expire =
  tonumber(state[1] or 0), tonumber(state[2] or 0), tonumber(state[3] or 0), tonumber(state[4] or 0)
if expire <= now then points, held, heldUntil, expire = 0, 0, 0, now + tonumber(ARGV[4]) end
held = heldUntil > now and math.max(held - tonumber(ARGV[7]), 0) or 0
local remaining = math.max(limit - points, 0)
local needed = math.min(need, remaining)
local granted = needed + math.min(extra, math.floor((remaining - needed) / 8))
local holding = ARGV[5] == 'all' and granted or granted - needed
points, held = points + granted, held + holding
if holding > 0 then heldUntil = math.max(heldUntil, now + hold) end
redis.call('HSET', KEYS[1], 'points', points, 'held', held, 'heldUntil', heldUntil, 'expire', expire)
redis.call('PEXPIREAT', KEYS[1], expire)
return { granted, points, held > 0 and math.max(heldUntil - now, 0) or 0, expire - now, expire }`;

/** The window's end, held, unused ('all': whatever nobody else holds). */
const SETTLE = `
local state = redis.call('HMGET', KEYS[1], 'points', 'held', 'expire')
if tonumber(state[3] or 0) ~= tonumber(ARGV[1]) then return 0 end
local held = math.max(tonumber(state[2]) - tonumber(ARGV[2]), 0)
local points = held
if ARGV[3] ~= 'all' then points = math.max(tonumber(state[1]) - tonumber(ARGV[3]), 0) end
redis.call('HSET', KEYS[1], 'points', points, 'held', held)
return 1`;
