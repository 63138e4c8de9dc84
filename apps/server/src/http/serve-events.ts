import { openEventStream, restProcedures } from "@crm/api";
import type { StreamedEvent } from "@crm/services";
import { readInput } from "../rest/read-input.ts";
import { type ApiContextOptions, createApiContext } from "./api-context.ts";
import type { AppContext, AppMiddleware } from "./app-env.ts";

/** Longer than most proxies let a connection be silent, in milliseconds. */
const HEARTBEAT = 15_000;
/** After that many milliseconds a browser that lost its connection comes back. */
const RETRY = 2_000;
const PAGE_PARAMETERS = ["after", "cursor", "limit"];

/**
 * The live feed as server-sent events (WHATWG HTML §9.2). Where a page of it is asked for, the procedure of that is
 * next; this one answers the same as a stream.
 */
export function serveEvents(options: ApiContextOptions): AppMiddleware {
  const list = restProcedures.find(({ name }) => name === "events.list");
  if (!list) throw new Error("the events have no list");
  return async (c, next) => {
    if (c.req.method !== "GET" || wantsPage(c)) return next();
    const context = await createApiContext(c, options, { signedIn: true });
    // Strangers are turned away by the procedure, before what they ask for is looked at.
    const input = context.actor ? await readInput(c, list, [], []) : {};
    const lastEventId = c.req.header("last-event-id");
    const gone = new AbortController();
    let position = () => "";
    const events = await openEventStream(
      {
        ...context,
        onStream: (stream) => {
          position = () => stream.position;
          context.onStream(stream);
        },
      },
      { ...input, ...(lastEventId && { lastEventId }) },
      gone.signal,
    );
    c.header("Content-Type", "text/event-stream; charset=utf-8");
    // Proxies are neither to keep it, nor to change it, nor to wait until there is more of it.
    c.header("Cache-Control", "no-store, no-transform");
    c.header("X-Accel-Buffering", "no");
    return c.body(toBody(events, () => position(), gone));
  };
}

function wantsPage(c: AppContext): boolean {
  const accept = c.req.header("accept") ?? "";
  const asksForJson = /\bapplication\/json\b/i.test(accept) && !/\btext\/event-stream\b/i.test(accept);
  return asksForJson || PAGE_PARAMETERS.some((name) => c.req.query(name) !== undefined);
}

/** Takes an event only when the last one is on its way; in the meantime, now and then a heartbeat. */
function toBody(
  events: AsyncIterable<StreamedEvent>,
  position: () => string,
  gone: AbortController,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = events[Symbol.asyncIterator]();
  let coming: Promise<IteratorResult<StreamedEvent>> | null = null;
  return new ReadableStream(
    {
      start(controller) {
        // With the place where it begins, so that nothing is missed by who loses the connection before the first event.
        controller.enqueue(encoder.encode(`retry: ${RETRY}\n${toPlace(position())}`));
      },
      async pull(controller) {
        // The stream ends by an error where somebody is not to be told more; what it was, the next request is told.
        coming ??= iterator.next().catch(() => ({ done: true, value: undefined }));
        const next = await withinHeartbeat(coming);
        if (next === null) return controller.enqueue(encoder.encode(toPlace(position())));
        coming = null;
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(toBlock(next.value)));
      },
      cancel() {
        gone.abort();
      },
    },
    { highWaterMark: 1 },
  );
}

async function withinHeartbeat<Result>(coming: Promise<Result>): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined;
  const heartbeat = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, HEARTBEAT, null);
  });
  return Promise.race([coming, heartbeat]).finally(() => clearTimeout(timer));
}

/** A block without data: browsers remember its id and tell nobody. For other clients it is in the comment too. */
const toPlace = (position: string): string => `: position ${position}\nid: ${position}\n\n`;

/** JSON has no line ends of its own, so one `data` line is enough. */
const toBlock = (event: StreamedEvent): string =>
  `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
