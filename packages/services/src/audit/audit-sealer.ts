import { setTimeout as wait } from "node:timers/promises";
import type { Dependencies } from "../dependencies.ts";
import { sealAllAuditLogs } from "./seal-audit-logs.ts";

/** What happens within that time is sealed together, in milliseconds: after a pause, and while acts keep coming. */
const GATHER = { first: 20, busy: 250 };

/** Seals audit rows behind the requests that wrote them. */
export class AuditSealer {
  #isRunning = false;
  #isCalled = false;

  constructor(private readonly dependencies: Pick<Dependencies, "db" | "secrets" | "logger" | "background">) {}

  /** Something may have been written. Returns at once. */
  nudge(): void {
    this.#isCalled = true;
    if (this.#isRunning || this.dependencies.background.signal.aborted) return;
    this.#isRunning = true;
    this.dependencies.background.run("sealing the audit log", this.#seal());
  }

  async #seal(): Promise<void> {
    const { signal } = this.dependencies.background;
    try {
      for (let gather = GATHER.first; this.#isCalled && !signal.aborted; gather = GATHER.busy) {
        await wait(gather, undefined, { signal }).catch(() => {});
        this.#isCalled = false;
        if (!signal.aborted) await sealAllAuditLogs(this.dependencies, { signal });
      }
    } finally {
      this.#isRunning = false;
    }
  }
}
