import type { LimitStore, Settlement, Take, Taken } from "./limit-store.ts";
import type { RedisStore } from "./redis-store.ts";

/**
 * Redis, and while it is away the database: nothing is let through uncounted and nobody is locked out. The two do not
 * know of each other's points, so a window in which Redis goes or comes allows twice its limit at most.
 */
export class FallbackStore implements LimitStore {
  constructor(
    private readonly redis: RedisStore,
    private readonly database: LimitStore,
  ) {}

  take(request: Take): Promise<Taken[]> {
    return this.#ask((store) => store.take(request));
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    return this.#ask((store) => store.settle(settlements));
  }

  async close(): Promise<void> {
    await this.redis.close();
  }

  async #ask<Answer>(question: (store: LimitStore) => Promise<Answer>): Promise<Answer> {
    if (!(await this.redis.isReady())) return question(this.database);
    try {
      return await question(this.redis);
    } catch {
      return question(this.database);
    }
  }
}
