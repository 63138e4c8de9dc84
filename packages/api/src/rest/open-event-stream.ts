import type { StreamedEvent } from "@crm/services";
import type { TrackedEnvelope } from "@trpc/server";
import type { ApiContext } from "../context.ts";
import { procedureTable } from "../procedure-table.ts";

const NAME = "events.stream";
const subscribe = procedureTable.get(NAME);

/**
 * The subscription `events.stream` for whoever carries it otherwise than tRPC does, with every check that it makes.
 * @throws TRPCError; `toServiceError` gives the coded one.
 */
export async function openEventStream(
  ctx: ApiContext,
  input: unknown,
  signal: AbortSignal,
): Promise<AsyncIterable<StreamedEvent>> {
  if (!subscribe) throw new Error(`there is no ${NAME}`);
  const options = { ctx, getRawInput: async () => input, path: NAME, type: subscribe._def.type, signal, batchIndex: 0 };
  return untracked((await subscribe(options)) as AsyncIterable<TrackedEnvelope<StreamedEvent>>);
}

async function* untracked(events: AsyncIterable<TrackedEnvelope<StreamedEvent>>): AsyncGenerator<StreamedEvent> {
  for await (const [, event] of events) yield event;
}
