import { attachCyrus } from "./cyrus/attach-cyrus.ts";
import type { CyrusCoordinates } from "./cyrus/coordinates.ts";
import { startDemoServer } from "./demo/start-demo-server.ts";
import type { TestMailServer } from "./mail-server.ts";

/** A mail server that a suite runs against. */
export interface MailServerCase {
  name: "Cyrus" | "demo-mail";
  /** Where the server is not to be had, its tests are to be skipped. */
  isMissing: boolean;
  open(): Promise<TestMailServer>;
}

/**
 * All mail servers that a suite should hold on. What is asked of PostgreSQL does not depend on which it is: suites that
 * run on an older version too are content with one there.
 *
 * @example for (const { name, isMissing, open } of mailServerCases(inject("cyrus")))
 *   describe.skipIf(isMissing)(`sync with ${name}`, () => { … });
 */
export const mailServerCases = (cyrus: CyrusCoordinates | null): MailServerCase[] => [
  {
    name: "Cyrus",
    isMissing: cyrus === null,
    open: async () => {
      if (cyrus === null) throw new Error("there is no Cyrus");
      return attachCyrus(cyrus);
    },
  },
  { name: "demo-mail", isMissing: false, open: () => startDemoServer() },
];
