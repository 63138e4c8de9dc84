import { setTimeout as wait } from "node:timers/promises";
import { isAlive } from "./processes.ts";

type Step = readonly [signal: NodeJS.Signals, patience: number];

/** Milliseconds that each way of stopping is given before the next, ruder one. */
const ORDERLY: readonly Step[] = [
  ["SIGINT", 15_000], // "fast": ends the sessions, writes a checkpoint
  ["SIGQUIT", 5_000], // "immediate": the next start replays the log
  ["SIGKILL", 2_000],
];
const AT_ONCE: readonly Step[] = ORDERLY.slice(1);

/**
 * Stops PostgreSQL and returns when it is gone. A no-op when it is gone already.
 *
 * @param discard the data is not wanted any more, so nothing is written first
 */
export async function stopPostmaster(pid: number, { discard = false } = {}): Promise<void> {
  for (const [signal, patience] of discard ? AT_ONCE : ORDERLY) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      if (!(await isAlive(pid))) return;
      await wait(15);
    }
  }
}
