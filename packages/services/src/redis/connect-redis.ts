import { createRequire } from "node:module";
import type { Redis, RedisOptions } from "ioredis";
import type { Logger } from "../dependencies.ts";

/** What an answer may take, in milliseconds; nobody waits longer for a Redis that hangs. */
const PATIENCE = 500;

export interface RedisConnection {
  /** Whatever is asked of it while it is away fails at once. */
  redis: Redis;
  /** The first attempt to connect has ended, well or not. */
  tried: Promise<void>;
}

interface RedisConnectionOptions {
  logger: Logger;
  /** What happens without Redis, for the log: "… meanwhile". */
  whileAway: string;
  scripts?: RedisOptions["scripts"];
}

/** A connection that comes back by itself. */
export function connectRedis(url: string, { logger, whileAway, scripts }: RedisConnectionOptions): RedisConnection {
  // Loaded here alone: most installations have none.
  const { Redis } = createRequire(import.meta.url)("ioredis") as typeof import("ioredis");
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: PATIENCE,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(attempt * 200, 3_000),
    ...(scripts && { scripts }),
  });
  const tried = new Promise<void>((resolve) => {
    for (const outcome of ["ready", "error", "close"]) redis.once(outcome, () => resolve());
  });
  let told = false;
  redis.on("error", (error: Error) => {
    if (!told) logger.warn({ err: error }, `Redis is away: ${whileAway}`);
    told = true;
  });
  redis.on("ready", () => {
    told = false;
  });
  return { redis, tried };
}
