import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { Email, EmailImport } from "../mail-types.ts";
import { callMethod } from "./call-method.ts";
import { type SetOutcome, toSetOutcome } from "./set-outcome.ts";

export interface ImportEmailsArgs {
  /** By creation ids of the caller's choice. */
  emails: Record<string, EmailImport>;
  ifInState?: string;
}

/** Email/import (RFC 8621 §4.8): makes messages of uploaded blobs. What fails for one is in `errors`. */
export async function importEmails(
  client: JmapClient,
  args: ImportEmailsArgs,
  options?: RequestOptions,
): Promise<SetOutcome<Email>> {
  return toSetOutcome(await callMethod(client, "Email/import", args, options));
}
