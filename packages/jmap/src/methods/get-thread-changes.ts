import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { MethodAnswers } from "../mail-types.ts";
import { type GetChangesArgs, getChanges } from "./get-changes.ts";

/**
 * Thread/changes (RFC 8621 §3.2).
 * @throws JmapMethodError `cannotCalculateChanges` whenever everything has to be read anew
 */
export const getThreadChanges = (
  client: JmapClient,
  args: GetChangesArgs,
  options?: RequestOptions,
): Promise<MethodAnswers["Thread/changes"]> => getChanges(client, "Thread/changes", args, options);
