import type { OutgoingMessage } from "../mime/compose-message.ts";

/** A message of the sample, and what kind it is: that decides in which mailbox it lies. */
export interface SampleMessage {
  kind: "received" | "sent" | "draft" | "newsletter" | "notification" | "junk";
  message: OutgoingMessage & { messageId: string; date: Date };
}
