import { setTimeout as wait } from "node:timers/promises";
import type { Dependencies } from "../../dependencies.ts";
import type { MirrorKey } from "../sync/lease.ts";
import { syncAccount } from "../sync/sync-account.ts";

/** Milliseconds before it is looked again whether a sync that somebody else runs is over. */
const BUSY_INTERVAL = 200;
/** Milliseconds of rest after a sync that failed: a server that never stops pushing must not drive us. */
const REST_AFTER_FAILURE = 15_000;

/** Syncs of one account, one after another: however often it is asked for meanwhile, one more follows. */
export class SyncsOnRequest {
  #wanted = false;
  #running = false;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly mirror: MirrorKey,
    private readonly signal: AbortSignal,
  ) {}

  request(): void {
    this.#wanted = true;
    if (this.#running) return;
    this.#running = true;
    this.dependencies.background.run("a sync after a push", this.#run());
  }

  async #run(): Promise<void> {
    while (this.#wanted && !this.signal.aborted) {
      this.#wanted = false;
      try {
        const { status } = await syncAccount(this.dependencies, this.mirror, this.signal);
        // The one that runs may have asked the server before what we were told of.
        if (status === "busy") await this.#again();
      } catch (error) {
        // What went wrong is in the account's sync status.
        this.dependencies.logger.debug({ err: error, ...this.mirror }, "a sync after a push failed");
        await wait(REST_AFTER_FAILURE, undefined, { signal: this.signal, ref: false }).catch(() => {});
      }
    }
    this.#running = false;
  }

  async #again(): Promise<void> {
    this.#wanted = true;
    await wait(BUSY_INTERVAL, undefined, { signal: this.signal, ref: false }).catch(() => {});
  }
}
