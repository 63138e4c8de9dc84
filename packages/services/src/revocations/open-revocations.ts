import type { Database } from "@crm/db";
import type { Logger } from "../dependencies.ts";
import { MemoryRevocationStore } from "./memory-store.ts";
import { PostgresRevocationStore } from "./postgres-store.ts";
import { RedisRevocationStore } from "./redis-store.ts";
import type { RevocationStore } from "./revocation-store.ts";

/** Where revoked tokens are kept; `memory` is for one process, and its restart ends every token. */
export type RevocationStoreName = "memory" | "redis" | "database";

export interface RevocationsOptions {
  db: Database;
  logger: Logger;
  redisUrl?: string | null | undefined;
  /** @default "redis" with a `redisUrl`, else "database" */
  store?: RevocationStoreName | undefined;
}

/** @throws Error for `redis` without a URL */
export function openRevocations({ db, logger, redisUrl = null, store }: RevocationsOptions): RevocationStore {
  if (store === "memory") return new MemoryRevocationStore();
  if (store === "database" || (store === undefined && redisUrl === null)) return new PostgresRevocationStore(db);
  if (redisUrl === null) throw new Error("revoked tokens cannot be kept in Redis without its URL");
  return new RedisRevocationStore(redisUrl, logger);
}
