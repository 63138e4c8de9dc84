import { ServiceError } from "../errors.ts";
import type { Policy } from "./policies.ts";

/** Where a caller stands with a limit; what the `RateLimit-*` headers say. */
export interface LimitStatus {
  limit: number;
  /** Calls that are left in the window. */
  remaining: number;
  /** Seconds until the window ends, rounded up. */
  reset: number;
}

/** RATE_LIMITED, with the limit that was reached. */
export class RateLimitedError extends ServiceError {
  constructor(readonly limit: LimitStatus) {
    super("RATE_LIMITED", {
      message: `Too many requests. Please try again in ${inWords(limit.reset)}.`,
      retryAfter: limit.reset,
    });
  }
}

/** A minute and a half at most is told in seconds. */
function inWords(seconds: number): string {
  const [count, unit] = seconds > 90 ? [Math.ceil(seconds / 60), "minute"] : [seconds, "second"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** @param used points taken, this call's included @param resetIn milliseconds */
export const limitStatus = ({ limit }: Policy, used: number, resetIn: number): LimitStatus => ({
  limit,
  remaining: Math.max(0, limit - used),
  reset: Math.max(1, Math.ceil(resetIn / 1000)),
});

/** Of two limits the one that will be reached first. */
export const tighter = (one: LimitStatus, other: LimitStatus): LimitStatus =>
  other.remaining < one.remaining ? other : one;
