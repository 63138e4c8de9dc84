import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { QueryChangesAnswer } from "../mail-types.ts";
import { callMethod } from "./call-method.ts";
import type { QueryEmailsArgs } from "./query-emails.ts";

export interface GetEmailQueryChangesArgs extends Pick<QueryEmailsArgs, "filter" | "sort" | "collapseThreads"> {
  sinceQueryState: string;
  maxChanges?: number;
  upToId?: string;
  calculateTotal?: boolean;
}

/** Email/queryChanges (RFC 8621 §4.5). Cyrus leaves out what was purged meanwhile: `getEmailChanges` is the truth. */
export const getEmailQueryChanges = (
  client: JmapClient,
  args: GetEmailQueryChangesArgs,
  options?: RequestOptions,
): Promise<QueryChangesAnswer> => callMethod(client, "Email/queryChanges", args, options);
