export type { CallOptions, CrmClient, CrmInputs, CrmOutputs } from "./client-types.ts";
export { type CrmClientOptions, createCrmClient } from "./create-crm-client.ts";
export { CrmError, type CrmErrorCode, type CrmErrorOptions, isCrmError } from "./crm-error.ts";
export type { CrmEvent, SubscribeOptions, Subscription } from "./events/subscribe.ts";
export { memoryTokenStore, type TokenStore, type Tokens } from "./token-store.ts";
