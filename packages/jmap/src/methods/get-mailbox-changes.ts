import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { MethodAnswers } from "../mail-types.ts";
import { type GetChangesArgs, getChanges } from "./get-changes.ts";

/**
 * Mailbox/changes (RFC 8621 §2.2).
 * @throws JmapMethodError `cannotCalculateChanges` whenever everything has to be read anew
 */
export const getMailboxChanges = (
  client: JmapClient,
  args: GetChangesArgs,
  options?: RequestOptions,
): Promise<MethodAnswers["Mailbox/changes"]> => getChanges(client, "Mailbox/changes", args, options);
