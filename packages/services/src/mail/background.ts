import { setMaxListeners } from "node:events";
import type { Logger } from "../dependencies.ts";

/** Work that outlives the request that began it. It is told to stop at shutdown, and waited for. */
export class Background {
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(private readonly logger: Logger) {
    // Each work that waits listens: many of them are no leak.
    setMaxListeners(0, this.signal);
  }

  /** Aborted when the process is to stop. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Lets `work` go on by itself. A failure is logged: nobody is left to hear of it. */
  run(name: string, work: Promise<unknown>): void {
    const settled = work.then(
      () => undefined,
      (error: unknown) => {
        if (!this.signal.aborted) this.logger.error({ err: error }, `${name} failed`);
      },
    );
    this.#running.add(settled);
    void settled.finally(() => this.#running.delete(settled));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }
}
