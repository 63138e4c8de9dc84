export { MESSAGE_ARGUMENTS } from "../src/mail/sync/message.ts";
export { expectMirrorToEqualMailbox, type MirroredMailbox } from "./expect-mirror.ts";
