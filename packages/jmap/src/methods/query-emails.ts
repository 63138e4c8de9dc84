import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { EmailFilterCondition, QueryAnswer } from "../mail-types.ts";
import { callMethod } from "./call-method.ts";

export type EmailFilter = EmailFilterCondition | { operator: "AND" | "OR" | "NOT"; conditions: readonly EmailFilter[] };

export interface EmailComparator {
  /** Such as `receivedAt`, which every server sorts by. */
  property: string;
  /** @default true */
  isAscending?: boolean;
  /** With a `property` like `hasKeyword` (RFC 8621 §4.4.2). */
  keyword?: string;
}

export interface QueryEmailsArgs {
  filter?: EmailFilter | null;
  sort?: readonly EmailComparator[];
  /** @default 0 */
  position?: number;
  anchor?: string;
  anchorOffset?: number;
  /** The server may answer with fewer. */
  limit?: number;
  calculateTotal?: boolean;
  collapseThreads?: boolean;
}

/**
 * Email/query (RFC 8621 §4.4). Filters on people and text may run on a search index that lags behind new mail and
 * matches words: never the only source for "all mail of somebody".
 */
export const queryEmails = (
  client: JmapClient,
  args: QueryEmailsArgs,
  options?: RequestOptions,
): Promise<QueryAnswer> => callMethod(client, "Email/query", args, options);
