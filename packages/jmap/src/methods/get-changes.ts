import { JmapMethodError, JmapProtocolError } from "../errors.ts";
import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { MethodAnswers } from "../mail-types.ts";
import { callMethod } from "./call-method.ts";

export interface GetChangesArgs {
  sinceState: string;
  /** At least 1. The server may answer with fewer, and `hasMoreChanges`. */
  maxChanges?: number;
}

type ChangesMethod = "Email/changes" | "Mailbox/changes" | "Thread/changes";

/**
 * One /changes (RFC 8620 §5.2).
 * @throws JmapMethodError `cannotCalculateChanges` whenever the objects have to be read anew, in whichever way the
 * server puts it; JmapProtocolError for an answer that would be asked for without end
 */
export async function getChanges<Method extends ChangesMethod>(
  client: JmapClient,
  method: Method,
  args: GetChangesArgs,
  options?: RequestOptions,
): Promise<MethodAnswers[Method]> {
  const lost = (description: string, cause?: unknown) =>
    new JmapMethodError("cannotCalculateChanges", { method, callId: "0", description, cause });
  const answer = await callMethod(client, method, args, options).catch((error: unknown) => {
    // Cyrus says so of a state that it does not know.
    const isUnknownState = error instanceof JmapMethodError && error.type === "invalidArguments";
    throw isUnknownState ? lost("the server does not know this state", error) : error;
  });
  // A mailbox restored from a backup: Cyrus then counts states that it has given out before.
  if (isOlder(answer.newState, args.sinceState)) throw lost("the server's state went back");
  if (answer.hasMoreChanges && answer.newState === args.sinceState) {
    throw new JmapProtocolError(`${method} promises more changes but does not move on`);
  }
  return answer;
}

/** Where states are numbers, as Cyrus' are. Others cannot be compared. */
const isOlder = (state: string, than: string): boolean =>
  /^\d{1,30}$/.test(state) && /^\d{1,30}$/.test(than) && BigInt(state) < BigInt(than);
