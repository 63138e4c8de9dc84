import { setTimeout as wait } from "node:timers/promises";
import { limitStatus, RateLimitedError } from "./limit-status.ts";
import type { LimitStore } from "./limit-store.ts";
import type { Policy } from "./policies.ts";

/** An attempt that has not ended by then counts as failed, in milliseconds. */
const HOLD = 30_000;
/** How long an attempt waits for others that run, and how often it looks, in milliseconds. */
const PATIENCE = 10_000;
const LOOK = 50;

/** A place among the failures that are allowed. It has to be ended, one way or the other. */
export interface Attempt {
  /** The failure counts. */
  failed(): Promise<void>;
  /** Neither a failure nor a success: as if it had not been. */
  undone(): Promise<void>;
  /** All failures of the window are forgiven. */
  forgiven(): Promise<void>;
}

/**
 * Limits that count failures. An attempt takes its point before it is known how it ends, so a hundred guesses at once
 * get no further than five one after the other. While the last points are held by attempts that still run, others wait
 * in line instead of being refused: many right passwords at once all pass.
 */
export class Attempts {
  /** The end of each key's line in this process. */
  readonly #lines = new Map<string, Promise<unknown>>();
  /** Wakes the head of a line when an attempt of this process has ended. */
  readonly #wake = new Map<string, () => void>();

  constructor(private readonly store: LimitStore) {}

  /** @throws RateLimitedError */
  async begin(policy: Policy, key: string): Promise<Attempt> {
    const before = this.#lines.get(key) ?? Promise.resolve();
    const turn = before.then(() => this.#takePlace(policy, key));
    const settled = turn.catch(() => {});
    this.#lines.set(key, settled);
    void settled.then(() => {
      if (this.#lines.get(key) === settled) this.#lines.delete(key);
    });
    return turn;
  }

  async #takePlace(policy: Policy, key: string): Promise<Attempt> {
    const { limit, windowMs } = policy;
    const request = { key, need: 1, extra: 0, limit, windowMs, holds: "all", holdMs: HOLD, spent: 0 } as const;
    for (const deadline = performance.now() + PATIENCE; ; ) {
      const { granted, points, heldFor, resetIn, windowEnd } = await this.store.take(request);
      if (granted > 0) return this.#attempt(key, windowEnd);
      if (heldFor === 0 || performance.now() > deadline) {
        throw new RateLimitedError(limitStatus(policy, points, resetIn));
      }
      await Promise.race([wait(LOOK), new Promise<void>((resolve) => this.#wake.set(key, resolve))]);
      this.#wake.delete(key);
    }
  }

  #attempt(key: string, windowEnd: number): Attempt {
    const end = async (work: Promise<void>) => {
      await work;
      this.#wake.get(key)?.();
    };
    return {
      failed: () => end(this.store.settle(key, windowEnd, 1, 0)),
      undone: () => end(this.store.settle(key, windowEnd, 1, 1)),
      forgiven: () => end(this.store.forgive(key, windowEnd, 1)),
    };
  }
}
