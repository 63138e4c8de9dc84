export { attachCyrus, type CyrusServer } from "./cyrus/attach-cyrus.ts";
export type { CyrusCoordinates } from "./cyrus/coordinates.ts";
export { startCyrus } from "./cyrus/start-cyrus.ts";
export { whyNoCyrus } from "./cyrus/why-no-cyrus.ts";
export type { SentMessage, StoredMessage, TestAccount, TestMailServer } from "./mail-server.ts";
