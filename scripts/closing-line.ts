import type { Reporter, TestModule, Vitest } from "vitest/node";

/**
 * Closes a run with one line for each service that was absent and for each error that no test caught, which Vitest tells
 * of far above, and with the plain count that any reader understands: `N passed, N failed, N skipped`.
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
    for (const error of errors) console.log(`Outside of any test: ${describeError(error)}`);
    const missing = this.#vitest?.getProvidedContext().missingServices ?? [];
    for (const sentence of missing) console.log(`Skipped what needs ${sentence}`);
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}

/** The error as it came over from its worker: what it says, and where it was. */
function describeError(error: unknown): string {
  const { name, message, stack } = error as Partial<Error>;
  const places = stack?.split("\n").filter((line) => line.trimStart().startsWith("at "));
  return [`${name}: ${message}`, ...(places ?? []).slice(0, 8)].join("\n");
}
