import { JmapTransportError } from "../errors.ts";

/**
 * Ends a piece of work when time is up or the caller says so. Dispose of it when the work is done: a caller's signal
 * may live as long as the process, and must not collect listeners.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #follow = () => this.#controller.abort(this.#caller?.reason);
  readonly #caller: AbortSignal | undefined;

  constructor(milliseconds: number, caller?: AbortSignal) {
    caller?.throwIfAborted();
    this.#caller = caller;
    caller?.addEventListener("abort", this.#follow, { once: true });
    this.#timer = setTimeout(() => this.expire(`no whole answer within ${milliseconds} ms`), milliseconds);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the work as timed out. */
  expire(message: string): void {
    this.#controller.abort(new JmapTransportError(message, { kind: "timeout" }));
  }

  /** The time no longer counts; the caller's signal still does. */
  stopClock(): void {
    clearTimeout(this.#timer);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#follow);
  }
}
