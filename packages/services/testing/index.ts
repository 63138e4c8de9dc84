export { ENVELOPE_PROPERTIES } from "../src/mail/sync/envelope.ts";
export { MESSAGE_ARGUMENTS } from "../src/mail/sync/message.ts";
export { expectMirrorToEqualMailbox, type MirroredMailbox } from "./expect-mirror.ts";
