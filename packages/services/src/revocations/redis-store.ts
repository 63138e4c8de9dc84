import type { Redis } from "ioredis";
import type { Logger } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { connectRedis, type RedisConnection } from "../redis/connect-redis.ts";
import { givenAt, type RevocableToken, type RevocationStore } from "./revocation-store.ts";

/** Seconds after which a client may try again while Redis is away. */
const RETRY_AFTER = 3;
const REVOKED = "crm:revoked:";
/** When the list began, in milliseconds since 1970. It is gone whenever the list is. */
const SINCE = "crm:revoked-since";

/**
 * The list in Redis, for all processes. While Redis is away no token is trusted, and when it comes back having forgotten
 * everything, none that was given before: nobody knows any more which of those were taken back.
 */
export class RedisRevocationStore implements RevocationStore {
  #connection: RedisConnection | null = null;

  constructor(
    private readonly url: string,
    private readonly logger: Logger,
  ) {}

  async prepare(): Promise<void> {
    // A token that is given while Redis is away is as good as its list then is.
    await this.#begin().catch(() => {});
  }

  async revoke(_tx: unknown, { tokenId, expiresAt }: RevocableToken): Promise<void> {
    try {
      const redis = await this.#open();
      const seconds = Math.max(1, Math.ceil(expiresAt - Date.now() / 1000));
      await redis.set(REVOKED + tokenId, "", "EX", seconds);
    } catch (cause) {
      const message = "The log-out cannot be remembered right now. Please try again in a moment.";
      throw new ServiceError("OVERLOADED", { message, retryAfter: RETRY_AFTER, cause });
    }
  }

  async isRevoked(token: RevocableToken): Promise<boolean> {
    try {
      const redis = await this.#open();
      const [revoked, since] = await redis.mget(REVOKED + token.tokenId, SINCE);
      if (revoked !== null && revoked !== undefined) return true;
      return givenAt(token) < (since ? Number(since) : await this.#begin());
    } catch (cause) {
      throw new ServiceError("TOKEN_UNVERIFIED", { retryAfter: RETRY_AFTER, cause });
    }
  }

  async close(): Promise<void> {
    this.#connection?.redis.disconnect();
  }

  /** When the list began, which is now where there is none. Of processes that begin at once the first one counts. */
  async #begin(): Promise<number> {
    const redis = await this.#open();
    await redis.set(SINCE, String(Date.now()), "NX");
    return Number(await redis.get(SINCE));
  }

  /** The connection, made at the first use: a process that knows no profiles needs none. @throws while Redis is away */
  async #open(): Promise<Redis> {
    this.#connection ??= connectRedis(this.url, {
      logger: this.logger,
      whileAway: "tokens of profiles are refused meanwhile",
    });
    const { redis, tried } = this.#connection;
    await tried;
    return redis;
  }
}
