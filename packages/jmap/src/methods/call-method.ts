import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { MethodAnswers } from "../mail-types.ts";

/** A request of a single call. */
export async function callMethod<Method extends keyof MethodAnswers>(
  client: JmapClient,
  method: Method,
  args: object,
  options?: RequestOptions,
): Promise<MethodAnswers[Method]> {
  const responses = await client.request([[method, args, "0"]], options);
  return responses.get("0", method);
}
