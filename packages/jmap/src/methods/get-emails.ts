import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { Email, GetAnswer } from "../mail-types.ts";
import { getInBatches } from "./get-in-batches.ts";

export interface GetEmailsArgs {
  /** Any number; they are asked for in batches that the server takes. */
  ids: readonly string[];
  /** @default the server's choice (RFC 8621 §4.2): envelope, bodies without values, preview */
  properties?: readonly (keyof Email | `header:${string}`)[];
  /** Of each body part (RFC 8621 §4.1.4). */
  bodyProperties?: readonly string[];
  fetchTextBodyValues?: boolean;
  fetchHTMLBodyValues?: boolean;
  fetchAllBodyValues?: boolean;
  /** Bytes of each body value; 0 for no limit. */
  maxBodyValueBytes?: number;
}

/** Email/get (RFC 8621 §4.2). Not in the order of `ids`. */
export const getEmails = (
  client: JmapClient,
  args: GetEmailsArgs,
  options?: RequestOptions,
): Promise<GetAnswer<Email>> => getInBatches(client, "Email/get", args, options);
