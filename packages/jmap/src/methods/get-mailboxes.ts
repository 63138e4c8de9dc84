import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { GetAnswer, Mailbox } from "../mail-types.ts";
import { callMethod } from "./call-method.ts";

export interface GetMailboxesArgs<Property extends keyof Mailbox> {
  /** @default null, which is all */
  ids?: readonly string[] | null;
  /** @default all */
  properties?: readonly Property[];
}

/** Mailbox/get (RFC 8621 §2.1). */
export const getMailboxes = <Property extends keyof Mailbox = keyof Mailbox>(
  client: JmapClient,
  args: GetMailboxesArgs<Property> = {},
  options?: RequestOptions,
): Promise<GetAnswer<Pick<Mailbox, Property | "id">>> =>
  callMethod(client, "Mailbox/get", { ids: null, ...args }, options);
