import { setTimeout as wait } from "node:timers/promises";
import { type LimitStatus, limitStatus, RateLimitedError } from "./limit-status.ts";
import type { LimitStore } from "./limit-store.ts";
import type { Policy } from "./policies.ts";

/** For how long a process has points at hand before it gives back what it did not need, in milliseconds. */
const AT_HAND = 250;
/** For how long the store takes them for held; the rest is for the way back. */
const HOLD = 2 * AT_HAND;
/** While others hold the last points, so often is it looked whether they gave some back, in milliseconds. */
const LOOK = 50;
const MAX_EXTRA = 256;

interface Waiter {
  resolve(status: LimitStatus): void;
  reject(error: unknown): void;
}

/**
 * One key's count in this process. A caller that comes often takes points from the store by the block, twice as many
 * each time, so that a call in a rush costs next to nothing; a block is given back after a quarter of a second.
 * It stays exact: points are taken before they are spent, so no more than the limit is ever granted, and a no is only
 * said once no process has points of the key at hand any more.
 */
export class Counter {
  readonly #waiting: Waiter[] = [];
  #atHand = 0;
  /** When the points at hand go back. */
  #backAt = 0;
  #windowEnd = 0;
  /** How many points were at hand at first. */
  #block = 0;
  #points = 0;
  #resetAt = 0;
  #isUsedUp = false;
  #isAsking = false;
  #givingBack: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: LimitStore,
    private readonly policy: Policy,
    private readonly key: string,
    /** Told when there is nothing left to remember. */
    private readonly onIdle: () => void,
  ) {}

  /** @throws RateLimitedError */
  async count(): Promise<LimitStatus> {
    const now = performance.now();
    if (this.#isUsedUp && now < this.#resetAt) throw new RateLimitedError(this.#status(now, this.policy.limit));
    if (this.#atHand > 0 && now < this.#backAt && now < this.#resetAt && this.#waiting.length === 0) {
      this.#atHand--;
      return this.#status(now, this.#points - this.#atHand);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (!this.#isAsking) void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    clearTimeout(this.#timer);
    try {
      while (this.#waiting.length > 0) await this.#takeBlock();
    } catch (error) {
      for (const waiter of this.#waiting.splice(0)) waiter.reject(error);
    }
    this.#isAsking = false;
    const now = performance.now();
    const rest = (this.#isUsedUp ? this.#resetAt : this.#backAt) - now;
    this.#timer = setTimeout(() => void this.#giveBack(), Math.min(Math.max(rest, 0), 2 ** 31 - 1));
    this.#timer.unref();
  }

  async #takeBlock(): Promise<void> {
    // Taken before they are back, they would be counted twice for a moment.
    await this.#givingBack;
    const extra = this.#nextBlock();
    if (this.#atHand > 0) await this.#returnRest();
    const spent = this.#block;
    const start = performance.now();
    const need = this.#waiting.length;
    const { key, policy } = this;
    const { limit, windowMs } = policy;
    const of = [{ key, limit }];
    const [taken] = await this.store.take({ of, need, extra, windowMs, holds: "extra", holdMs: HOLD, spent });
    if (!taken) throw new Error("a limit gave no answer");
    const now = performance.now();
    this.#isUsedUp = false;
    this.#resetAt = now + taken.resetIn;
    this.#windowEnd = taken.windowEnd;
    this.#points = taken.points;
    this.#backAt = start + AT_HAND;
    // Whoever came while the store was asked is served of the block too.
    const served = this.#waiting.splice(0, taken.granted);
    this.#atHand = taken.granted - served.length;
    this.#block = Math.max(0, taken.granted - need);
    served.forEach(({ resolve }, index) => {
      resolve(this.#status(now, taken.points - taken.granted + index + 1));
    });
    if (taken.granted >= need) return;
    if (taken.heldFor > 0) return wait(Math.min(LOOK, taken.heldFor));
    this.#isUsedUp = true;
    const refusal = new RateLimitedError(this.#status(now, limit));
    for (const waiter of this.#waiting.splice(0)) waiter.reject(refusal);
  }

  /** Twice the last block where that one did not last for its time; none for whom comes now and then. */
  #nextBlock(): number {
    if (performance.now() >= this.#backAt || this.#atHand > 0) return 0;
    return Math.min(Math.max(1, this.#block * 2), MAX_EXTRA, Math.floor(this.policy.limit / 16));
  }

  async #returnRest(): Promise<void> {
    const [block, unused] = [this.#block, this.#atHand];
    this.#block = this.#atHand = 0;
    if (block > 0) await this.store.settle([{ key: this.key, windowEnd: this.#windowEnd, held: block, unused }]);
  }

  async #giveBack(): Promise<void> {
    // Points that cannot be given back count as spent; the next window is whole again.
    this.#givingBack = this.#returnRest().catch(() => {});
    await this.#givingBack;
    if (!this.#isAsking && this.#waiting.length === 0) this.onIdle();
  }

  #status(now: number, used: number): LimitStatus {
    return limitStatus(this.policy, used, this.#resetAt - now);
  }
}
