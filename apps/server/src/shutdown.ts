import type { Logger } from "@crm/services";

/** Everything has to be closed by then, in milliseconds; what hangs is left to the operating system. */
const DEADLINE = 28_000;

/** What has been opened, to be closed in the opposite order, once. */
export class Shutdown {
  readonly #closers: { name: string; close: () => Promise<void> | void }[] = [];
  readonly #requested = new AbortController();
  #running: Promise<void> | null = null;

  constructor(private readonly logger: Logger) {}

  /** Aborted when the process is to end. */
  get signal(): AbortSignal {
    return this.#requested.signal;
  }

  /** Remembers how to close what was opened. When the end has begun meanwhile, it throws, so that the start stops too. */
  async add(name: string, close: () => Promise<void> | void): Promise<void> {
    if (this.#running) {
      await this.#close(name, close);
      this.signal.throwIfAborted();
    }
    this.#closers.push({ name, close });
  }

  /** Closes everything, last opened first. A second call waits for the first. */
  run(): Promise<void> {
    this.#running ??= this.#runOnce();
    return this.#running;
  }

  async #runOnce(): Promise<void> {
    this.#requested.abort(new Error("the process is ending"));
    const overdue = setTimeout(() => {
      this.logger.error({}, "not everything could be closed in time");
      process.exit(1);
    }, DEADLINE);
    overdue.unref();
    for (let closer = this.#closers.pop(); closer; closer = this.#closers.pop()) {
      await this.#close(closer.name, closer.close);
    }
    clearTimeout(overdue);
  }

  async #close(name: string, close: () => Promise<void> | void): Promise<void> {
    this.logger.debug({}, `closing ${name}`);
    try {
      await close();
    } catch (error) {
      this.logger.error({ err: error }, `${name} could not be closed in order`);
    }
  }
}
