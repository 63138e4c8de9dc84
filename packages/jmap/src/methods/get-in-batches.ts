import type { JmapClient, RequestOptions } from "../jmap-client.ts";
import type { GetAnswer, MethodAnswers } from "../mail-types.ts";
import { callMethod } from "./call-method.ts";

/** Stalwart's and most servers' limit; larger batches gain little (some servers slow down below 250). */
const MAX_BATCH = 500;

type GetMethod = { [Method in keyof MethodAnswers]: MethodAnswers[Method] extends GetAnswer<infer _> ? Method : never };

/**
 * A /get of any number of ids, in as many requests as the server's limit makes necessary. The state is that of the
 * first, so a later /changes from it misses nothing.
 */
export async function getInBatches<Method extends GetMethod[keyof GetMethod]>(
  client: JmapClient,
  method: Method,
  args: { ids?: readonly string[] | null },
  options?: RequestOptions,
): Promise<MethodAnswers[Method]> {
  const size = Math.min(MAX_BATCH, client.limits.maxObjectsInGet);
  const { ids } = args;
  if (!ids || ids.length <= size) return callMethod(client, method, args, options);
  const first = await callMethod(client, method, { ...args, ids: ids.slice(0, size) }, options);
  const starts = Array.from({ length: Math.ceil(ids.length / size) - 1 }, (_, index) => (index + 1) * size);
  const others = await Promise.all(
    starts.map((start) => callMethod(client, method, { ...args, ids: ids.slice(start, start + size) }, options)),
  );
  return {
    ...first,
    list: [first, ...others].flatMap(({ list }) => list as unknown[]),
    notFound: [first, ...others].flatMap(({ notFound }) => notFound),
  };
}
