import { isCrmError } from "./crm-error.ts";

/** Waiting longer than that is the caller's decision, in seconds. */
const LONGEST_WAIT = 10;
/** The first pause in milliseconds; each further one is twice as long. */
const FIRST_PAUSE = 300;

/** Failures after which a repeated read, or a write with an idempotency key, does no harm and may succeed. */
function mayPass(error: unknown): boolean {
  if (isCrmError(error, "NETWORK_ERROR", "IDEMPOTENCY_IN_PROGRESS")) return true;
  if (!isCrmError(error) || (error.status !== 429 && error.status !== 503)) return false;
  return (error.retryAfter ?? 0) <= LONGEST_WAIT;
}

/** Runs a call up to `retries` times more while it fails with what may pass. */
export async function withRetry<Result>(
  { retries, signal }: { retries: number; signal?: AbortSignal | undefined },
  call: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= retries || !mayPass(error)) throw error;
      const asked = isCrmError(error) ? (error.retryAfter ?? 0) * 1000 : 0;
      // Half of it at random, so that clients which failed together do not come back together.
      const pause = FIRST_PAUSE * 2 ** attempt * (0.5 + Math.random() / 2);
      await wait(Math.max(asked, pause), signal);
    }
  }
}

/** @throws the signal's reason */
export function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}
