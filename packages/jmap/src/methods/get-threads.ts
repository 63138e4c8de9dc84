import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { GetAnswer, Thread } from "../mail-types.ts";
import { getInBatches } from "./get-in-batches.ts";

/** Thread/get (RFC 8621 §3.1), for any number of ids. Each thread's emails come oldest first. */
export const getThreads = (
  client: JmapClient,
  args: { ids: readonly string[] },
  options?: RequestOptions,
): Promise<GetAnswer<Thread>> => getInBatches(client, "Thread/get", args, options);
