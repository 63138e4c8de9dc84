import type {} from "vitest";
import type { CyrusCoordinates } from "./cyrus/coordinates.ts";

export { attachCyrus, type CyrusServer } from "./cyrus/attach-cyrus.ts";
export type { CyrusCoordinates } from "./cyrus/coordinates.ts";
export { startCyrus } from "./cyrus/start-cyrus.ts";
export { whyNoCyrus } from "./cyrus/why-no-cyrus.ts";
export { type DemoServerOptions, startDemoServer } from "./demo/start-demo-server.ts";
export type { SentMessage, StoredMessage, TestAccount, TestMailServer } from "./mail-server.ts";
export { type MailServerCase, mailServerCases } from "./mail-server-cases.ts";
export { type GeneratedMessage, type GenerateOptions, generateMessages } from "./messages/generate-messages.ts";
export { Random } from "./messages/random.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The Cyrus of this test run; null where there is none (`whyNoCyrus()` says why). */
    cyrus: CyrusCoordinates | null;
  }
}
