import { setTimeout as wait } from "node:timers/promises";
import { JmapHttpError, JmapMethodError, JmapTransportError } from "../errors.ts";

/** ms; doubled with each try. */
const FIRST_DELAY = 250;
/** A server that asks for more patience than this many ms is left to the caller. */
const MAX_DELAY = 10_000;

/** Statuses by which a proxy or server says that it is not able just now. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface RetryOptions {
  /** How often it is tried again. */
  retries: number;
  /** Whether it may be run twice. What may not is repeated only where it surely was not run once. */
  repeatable: boolean;
  signal?: AbortSignal | undefined;
}

/** Runs `attempt`, again where that may help and can do no harm, with growing and jittered pauses. */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  { retries, repeatable, signal }: RetryOptions,
): Promise<Result> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= retries || signal?.aborted || !mayRepeat(error, repeatable)) throw error;
      const asked = error instanceof JmapHttpError ? error.retryAfter : undefined;
      const delay = asked === undefined ? backOff(tried) : asked * 1000;
      if (delay > MAX_DELAY) throw error;
      await wait(delay, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
    }
  }
}

/** ms before try number `tried` + 1: doubling, then anything from half of it to all of it. */
export function backOff(tried: number, first = FIRST_DELAY, most = MAX_DELAY): number {
  const ceiling = Math.min(most, first * 2 ** tried);
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

function mayRepeat(error: unknown, repeatable: boolean): boolean {
  if (error instanceof JmapTransportError) {
    // A server that let the time run out once would do so again.
    return error.kind === "network" && (repeatable || !error.mayHaveArrived);
  }
  if (error instanceof JmapHttpError) {
    const refused = (error.status === 429 || error.status === 503) && error.retryAfter !== undefined;
    return refused || (repeatable && PASSING.has(error.status));
  }
  // RFC 8620 §3.6.2: "attempting the same operation later … may succeed".
  return error instanceof JmapMethodError && repeatable && error.type === "serverUnavailable";
}
