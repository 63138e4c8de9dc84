import type { Reporter, TestModule, Vitest } from "vitest/node";

/**
 * Closes a run with one line for each service that was absent, and with the plain count that any reader understands:
 * `N passed, N failed, N skipped`.
 */
export default class ClosingLine implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    // A file that fails before its first test, or an error outside of any, is a failure too.
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      count.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== "pending") count[state] += 1;
      }
    }
    const missing = this.#vitest?.getProvidedContext().missingServices ?? [];
    for (const sentence of missing) console.log(`Skipped what needs ${sentence}`);
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
