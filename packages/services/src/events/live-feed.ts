import { type Database, type Listener, listen } from "@crm/db";
import type { Logger } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { FEED_CHANNEL, type FeedOwner, feedKey } from "./wake-followers.ts";

/** Live streams that a user may have open in one process: some tabs, a telephone, a script. */
const MAX_STREAMS = 10;
/** Seconds after which one more may be asked for: what broke off is noticed by then, mostly. */
const RETRY_AFTER = 15;

/** Somebody who follows a user's feed. */
export interface Follower {
  /** There may be something new, to read or about the right to read. */
  wake(): void;
  /** The process stops. */
  close(): void;
}

/**
 * Knows who follows whose feed in this process. One database connection hears for all of them, made with the first;
 * whenever it was lost and stands again, everybody looks for what they have missed.
 */
export class LiveFeed {
  readonly #followers = new Map<string, Set<Follower>>();
  #listener: Listener | null = null;
  #closed = false;

  constructor(private readonly options: { db: Database; logger: Logger }) {}

  /** @returns how to leave. @throws ServiceError RATE_LIMITED with too many; OVERLOADED while the process stops */
  follow(owner: FeedOwner, follower: Follower): () => void {
    if (this.#closed) throw new ServiceError("OVERLOADED", { retryAfter: 1 });
    const key = feedKey(owner);
    const followers = this.#followers.get(key) ?? new Set();
    if (followers.size >= MAX_STREAMS) {
      const message = `${MAX_STREAMS} live streams are the most one can have at a time.`;
      throw new ServiceError("RATE_LIMITED", { message, retryAfter: RETRY_AFTER });
    }
    this.#followers.set(key, followers.add(follower));
    this.#listener ??= this.#listen();
    return () => {
      followers.delete(follower);
      if (followers.size === 0 && this.#followers.get(key) === followers) this.#followers.delete(key);
    };
  }

  /** Ends all streams, each in order. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const followers of [...this.#followers.values()]) for (const follower of [...followers]) follower.close();
    await this.#listener?.close();
  }

  #listen(): Listener {
    const { db, logger } = this.options;
    return listen(db, {
      channel: FEED_CHANNEL,
      onNotification: (key) => wakeAll(this.#followers.get(key)),
      onConnected: () => {
        for (const followers of this.#followers.values()) wakeAll(followers);
      },
      onLost: (error) => logger.warn({ err: error }, "the connection for live events was lost; it is made again"),
    });
  }
}

function wakeAll(followers: ReadonlySet<Follower> | undefined): void {
  for (const follower of followers ?? []) follower.wake();
}
