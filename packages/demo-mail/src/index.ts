export type { SentMessage } from "./delivery/delivery-service.ts";
export type { MessageAttachment, OutgoingMessage, Person } from "./mime/compose-message.ts";
export type { Limits } from "./protocol/limits.ts";
export { createSampleMailbox } from "./sample/create-sample-mailbox.ts";
export {
  type AppendOptions,
  type DeliveredMessage,
  type DemoAccount,
  type DemoMailOptions,
  type DemoMailServer,
  startDemoMail,
} from "./start-demo-mail.ts";
