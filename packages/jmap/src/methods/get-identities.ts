import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { GetAnswer, Identity } from "../mail-types.ts";
import { callMethod } from "./call-method.ts";

/** Identity/get (RFC 8621 §6.1): all that the user may send as, unless `ids` says otherwise. */
export const getIdentities = (
  client: JmapClient,
  args: { ids?: readonly string[] | null } = {},
  options?: RequestOptions,
): Promise<GetAnswer<Identity>> => callMethod(client, "Identity/get", { ids: null, ...args }, options);
