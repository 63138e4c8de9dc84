import { median } from "../median.ts";

export interface Times {
  p50: number;
  p95: number;
}

/** Milliseconds of so many calls, one after the other, after a few to warm up. */
export async function measure(
  calls: number,
  call: (number: number) => Promise<unknown>,
  clock: () => number = () => performance.now(),
): Promise<Times> {
  const times: number[] = [];
  for (let number = -Math.ceil(calls / 10); number < calls; number++) {
    const start = clock();
    await call(number);
    if (number >= 0) times.push(clock() - start);
  }
  const sorted = times.toSorted((one, other) => one - other);
  return { p50: median(times), p95: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN };
}

export const show = ({ p50, p95 }: Times): string =>
  `p50 ${p50.toFixed(1).padStart(7)} ms   p95 ${p95.toFixed(1).padStart(7)} ms`;
