import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { GetAnswer, Mailbox } from "../mail-types.ts";
import { callMethod } from "./call-method.ts";

/** Mailbox/get (RFC 8621 §2.1): all of them unless `ids` says otherwise. */
export const getMailboxes = (
  client: JmapClient,
  args: { ids?: readonly string[] | null } = {},
  options?: RequestOptions,
): Promise<GetAnswer<Mailbox>> => callMethod(client, "Mailbox/get", { ids: null, ...args }, options);
