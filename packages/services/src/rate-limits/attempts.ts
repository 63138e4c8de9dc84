import { setTimeout as wait } from "node:timers/promises";
import { limitStatus, RateLimitedError } from "./limit-status.ts";
import type { LimitStore } from "./limit-store.ts";
import type { Policy } from "./policies.ts";

/** An attempt that has not ended by then counts as failed, in milliseconds. */
const HOLD = 30_000;
/** How long an attempt waits for others that run, and how often it looks, in milliseconds. */
const PATIENCE = 10_000;
const LOOK = 50;

/** How many of the window's points an attempt gives back that has failed, is as if it had not been, forgives all before. */
const UNUSED = { failed: 0, undone: 1, forgiven: "all" } as const;
type Outcome = keyof typeof UNUSED;

/** One of the limits that an attempt is held to. */
interface Place {
  policy: Policy;
  key: string;
}

/** A point of each of its limits, held until it is known how it ends. */
export interface Attempt {
  /** Has to be called. @param outcomes for each limit, in the order in which they were asked for */
  end(outcomes: readonly Outcome[]): Promise<void>;
}

/** Of what an attempt has a point, and the window that it is of. */
type Held = Map<Place, number>;

/**
 * Limits that count failures. An attempt takes its points before it is known how it ends, so a hundred guesses at once
 * get no further than five one after the other. While the last points are held by attempts that still run, others wait
 * in line instead of being refused: many right passwords at once all pass.
 */
export class Attempts {
  /** The end of each key's line in this process. */
  readonly #lines = new Map<string, Promise<unknown>>();
  /** Wakes the head of a line when an attempt of this process has ended. */
  readonly #wake = new Map<string, () => void>();

  constructor(private readonly store: LimitStore) {}

  /**
   * @param places are waited for one after the other. Whoever waits for one holds those before it and none behind it,
   * so that a crowd at one keeps nobody from the others.
   * @throws RateLimitedError
   */
  async begin(places: readonly Place[]): Promise<Attempt> {
    const held: Held = new Map();
    try {
      for (const [index, place] of places.entries()) {
        if (held.has(place)) continue;
        await this.#inLine(place.key, () => this.#takePlace(place, places.slice(index + 1), held));
      }
    } catch (error) {
      await this.#end(held, places, () => "undone");
      throw error;
    }
    return { end: (outcomes) => this.#end(held, places, (index) => outcomes[index] ?? "failed") };
  }

  #inLine(key: string, work: () => Promise<void>): Promise<void> {
    const before = this.#lines.get(key) ?? Promise.resolve();
    const turn = before.then(work);
    const settled = turn.catch(() => {});
    this.#lines.set(key, settled);
    void settled.then(() => {
      if (this.#lines.get(key) === settled) this.#lines.delete(key);
    });
    return turn;
  }

  async #takePlace(place: Place, later: readonly Place[], held: Held): Promise<void> {
    const { key, policy } = place;
    // In the same round trip those that nobody stands in line for, which mostly is all that there is to take.
    let along = later.filter((other) => !this.#lines.has(other.key));
    for (const deadline = performance.now() + PATIENCE; ; along = []) {
      const asked = [place, ...along];
      const of = asked.map((each) => ({ key: each.key, limit: each.policy.limit }));
      const { windowMs } = policy;
      const taken = await this.store.take({ of, need: 1, extra: 0, windowMs, holds: "all", holdMs: HOLD, spent: 0 });
      for (const [index, { granted, windowEnd }] of taken.entries()) {
        const each = asked[index];
        if (each && granted > 0) held.set(each, windowEnd);
      }
      if (held.has(place)) return;
      await this.#end(held, along, () => "undone");
      const [{ points = 0, heldFor = 0, resetIn = 0 } = {}] = taken;
      if (heldFor === 0 || performance.now() > deadline) {
        throw new RateLimitedError(limitStatus(policy, points, resetIn));
      }
      await Promise.race([wait(LOOK), new Promise<void>((resolve) => this.#wake.set(key, resolve))]);
      this.#wake.delete(key);
    }
  }

  /** Ends what of these is held. */
  async #end(held: Held, places: readonly Place[], outcomeOf: (index: number) => Outcome): Promise<void> {
    const settlements = places.flatMap((place, index) => {
      const windowEnd = held.get(place);
      if (windowEnd === undefined) return [];
      held.delete(place);
      return { key: place.key, windowEnd, held: 1, unused: UNUSED[outcomeOf(index)] };
    });
    if (settlements.length === 0) return;
    await this.store.settle(settlements);
    for (const { key } of settlements) this.#wake.get(key)?.();
  }
}
