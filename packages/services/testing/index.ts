export { expectMirrorToEqualMailbox, type MirroredMailbox } from "./expect-mirror.ts";
