import type { Database } from "@crm/db";
import type { Caller } from "../actor.ts";
import type { Logger } from "../dependencies.ts";
import { type Attempt, Attempts } from "./attempts.ts";
import { Counter } from "./counter.ts";
import { FallbackStore } from "./fallback-store.ts";
import { type LimitStatus, tighter } from "./limit-status.ts";
import type { LimitStore } from "./limit-store.ts";
import { networkOf } from "./network-of.ts";
import { DEFAULT_SETTINGS, type Policy, type PolicyName, policiesFrom, type RateLimitSettings } from "./policies.ts";
import { PostgresStore } from "./postgres-store.ts";
import { RedisStore } from "./redis-store.ts";

export interface RateLimitsOptions {
  db: Database;
  logger: Logger;
  /** Null or absent: the counters are in PostgreSQL. */
  redisUrl?: string | null | undefined;
  /** @default those of the development environment */
  settings?: RateLimitSettings | undefined;
}

/** Whose calls are counted together. */
export interface Counted {
  organizationId: string;
  userId: string;
}

/** The limits of `policies.ts`, exact across every process on the same database or Redis. */
export class RateLimits {
  readonly #store: LimitStore;
  readonly #policies: ReadonlyMap<string, Policy>;
  readonly #counters = new Map<string, Counter>();
  readonly #attempts: Attempts;

  constructor({ db, logger, redisUrl = null, settings = DEFAULT_SETTINGS }: RateLimitsOptions) {
    const database = new PostgresStore(db);
    this.#store = redisUrl === null ? database : new FallbackStore(new RedisStore(redisUrl, logger), database);
    this.#policies = policiesFrom(settings);
    this.#attempts = new Attempts(this.#store);
  }

  /**
   * Counts one call of a procedure: for its caller as a whole, and where the procedure is a sensitive one, for that too.
   * @returns the limit that is nearest to being reached
   * @throws RateLimitedError
   */
  async countCall(caller: Caller, actor: Counted | null, procedure: string): Promise<LimitStatus> {
    const network = networkOf(caller.ipAddress);
    const user = actor && `${actor.organizationId}/${actor.userId}`;
    const all = await this.#count(this.#policy(user ? "api.user" : "api.network"), user ?? network);
    const own = this.#policies.get(procedure);
    // Who is not signed in gets no further than UNAUTHORIZED at a user's operation.
    if (!own || (own.countedBy === "user" && !user)) return all;
    return tighter(all, await this.#count(own, own.countedBy === "user" ? (user ?? network) : network));
  }

  /**
   * @param limits which, and whose; in the order in which they are waited for
   * @throws RateLimitedError
   */
  beginAttempt(limits: readonly (readonly [policy: PolicyName, subject: string])[]): Promise<Attempt> {
    return this.#attempts.begin(
      limits.map(([name, subject]) => ({ policy: this.#policy(name), key: `${name}:${subject}` })),
    );
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #count(policy: Policy, subject: string): Promise<LimitStatus> {
    const key = `${policy.name}:${subject}`;
    let counter = this.#counters.get(key);
    if (!counter) {
      counter = new Counter(this.#store, policy, key, () => this.#counters.delete(key));
      this.#counters.set(key, counter);
    }
    return counter.count();
  }

  #policy(name: PolicyName): Policy {
    const policy = this.#policies.get(name);
    if (!policy) throw new Error(`there is no limit "${name}"`);
    return policy;
  }
}
