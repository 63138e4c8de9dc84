export type { CallOptions } from "./call-options.ts";
export type { CrmClient, CrmInputs, CrmOutputs } from "./client-types.ts";
export { type CrmClientOptions, createCrmClient } from "./create-crm-client.ts";
export { CrmError, type CrmErrorCode, type CrmErrorOptions, isCrmError } from "./crm-error.ts";
export type { CrmEvent, SubscribeOptions, Subscription } from "./events/subscribe.ts";
export type { FileContent } from "./file-content.ts";
export type { UploadAttachmentInput } from "./file-types.ts";
export { memoryTokenStore, type TokenStore, type Tokens } from "./token-store.ts";
