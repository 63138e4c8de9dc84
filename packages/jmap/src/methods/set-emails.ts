import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { Email, EmailCreate } from "../mail-types.ts";
import { callMethod } from "./call-method.ts";
import { type SetOutcome, toSetOutcome } from "./set-outcome.ts";

/** Changes to a message: whole properties, or a path into one (RFC 8620 §5.3). @example { "keywords/$seen": true } */
export type EmailPatch = Record<string, unknown>;

export interface SetEmailsArgs {
  /** By creation ids of the caller's choice. */
  create?: Record<string, EmailCreate>;
  update?: Record<string, EmailPatch>;
  destroy?: readonly string[];
  /** Nothing is done unless the server's state is still this one. */
  ifInState?: string;
}

/**
 * Email/set (RFC 8621 §4.6). What fails for one object is in `errors`; the others are done.
 * Not repeated by itself after a failure, unless `options.retry` says that doing it twice is harmless.
 */
export async function setEmails(
  client: JmapClient,
  args: SetEmailsArgs,
  options?: RequestOptions,
): Promise<SetOutcome<Email>> {
  return toSetOutcome(await callMethod(client, "Email/set", args, options));
}
