import type { Logger } from "@crm/services";
import { Shutdown } from "./shutdown.ts";

/** What a signal asks for. The terminal sends SIGINT at Ctrl-C and SIGHUP when it is closed. */
const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/**
 * Starts what `start` opens, and ends the process when a signal comes, in order: at once when a second one comes.
 * @throws whatever `start` throws, after closing what it had opened by then.
 */
export async function runUntilStopped(
  { logger, onStopping }: { logger: Logger; onStopping?: () => void },
  start: (shutdown: Shutdown) => Promise<void>,
): Promise<void> {
  const shutdown = new Shutdown(logger);
  const stop = () => {
    // The embedded PostgreSQL ends with this process, whichever way that ends.
    if (shutdown.signal.aborted) process.exit(1);
    onStopping?.();
    void shutdown.run().then(() => process.exit(0));
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    await start(shutdown);
  } catch (error) {
    // A start that was cut short by a signal has nothing to say; `stop` ends the process.
    if (shutdown.signal.aborted) return;
    await shutdown.run();
    throw error;
  }
}
