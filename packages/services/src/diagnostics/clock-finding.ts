import type { Finding } from "./finding.ts";

/** Milliseconds that two clocks may differ: a second is what an HTTP date counts in, and a little for the way. */
const TOLERANCE = 3_000;

/** Compares a clock with ours; `difference` in milliseconds, above 0 when theirs is ahead. */
export function clockFinding(name: string, difference: number): Finding {
  const check = `${name}: clock`;
  if (Math.abs(difference) <= TOLERANCE)
    return { check, state: "ok", message: "It tells the same time as this machine." };
  const message = `It is ${Math.round(Math.abs(difference) / 1000)} seconds ${difference > 0 ? "ahead of" : "behind"} this machine.`;
  return { check, state: "warning", message, advice: "Let both machines set their clocks by NTP." };
}
