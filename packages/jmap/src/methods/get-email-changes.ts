import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { MethodAnswers } from "../mail-types.ts";
import { type GetChangesArgs, getChanges } from "./get-changes.ts";

/**
 * Email/changes (RFC 8621 §4.3).
 * @throws JmapMethodError `cannotCalculateChanges` whenever everything has to be read anew
 */
export const getEmailChanges = (
  client: JmapClient,
  args: GetChangesArgs,
  options?: RequestOptions,
): Promise<MethodAnswers["Email/changes"]> => getChanges(client, "Email/changes", args, options);
