import { createParser, type EventSourceMessage } from "eventsource-parser";
import { JmapProtocolError } from "../errors.ts";
import { expandTemplate } from "../expand-template.ts";
import { isRecord } from "../is-record.ts";
import type { SubscribeOptions } from "../jmap-client.ts";
import { Deadline } from "../transport/deadline.ts";
import { asTransportError, type Transport } from "../transport/transport.ts";

/** What is carried from one connection to the next. */
export interface Stream {
  /** The template of the session. */
  url: string;
  accountId: string;
  lastEventId: string;
  /** ms before another connection, as the server last asked. */
  retry: number;
}

/** Characters of one event; state changes are far smaller. */
const MAX_EVENT_LENGTH = 1024 * 1024;
const MAX_RETRY = 300_000;

/** One connection, from request to end. Rejects when it fails or falls silent for longer than two pings and the time-out. */
export async function listenOnce(
  transport: Transport,
  stream: Stream,
  { types, ping = 30, signal, onState, onOpen }: SubscribeOptions,
  onEvent: () => void,
): Promise<"ended" | "no-content"> {
  const url = expandTemplate(stream.url, { types: types.join(","), closeafter: "no", ping: String(ping) });
  const deadline = new Deadline(transport.timeout, signal);
  let interval = ping;
  let silence: NodeJS.Timeout | undefined;
  const hear = () => {
    clearTimeout(silence);
    const patience = 2 * interval * 1000 + transport.timeout;
    silence = setTimeout(() => deadline.expire("the event stream fell silent"), patience);
  };
  try {
    const headers = {
      accept: "text/event-stream",
      ...(stream.lastEventId && { "last-event-id": stream.lastEventId }),
    };
    const { response } = await transport.open(url, { headers }, deadline);
    deadline.stopClock();
    if (response.status === 204 || !response.body) return "no-content";
    if (!/^text\/event-stream\b/i.test(response.headers.get("content-type") ?? "")) {
      throw new JmapProtocolError("the event source answered with something else than events");
    }
    hear();
    onOpen?.();
    const parser = createParser({
      maxBufferSize: MAX_EVENT_LENGTH,
      onEvent: (event) => {
        onEvent();
        if (event.id !== undefined) stream.lastEventId = event.id;
        interval = pingInterval(event) ?? interval;
        const changed = changedStates(event, stream.accountId);
        if (changed) onState(changed);
      },
      onRetry: (milliseconds) => {
        stream.retry = Math.min(milliseconds, MAX_RETRY);
      },
      onError: (error) => {
        if (error.type === "max-buffer-size-exceeded") throw new JmapProtocolError("an event is too large");
      },
    });
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      parser.feed(text);
      hear();
    }
    return "ended";
  } catch (error) {
    throw asTransportError(error, deadline.signal);
  } finally {
    clearTimeout(silence);
    deadline.expire("the event stream is done with");
    deadline.dispose();
  }
}

/** Seconds; a server may keep another interval than it was asked for, and says so (RFC 8620 §7.3). */
function pingInterval({ event, data }: EventSourceMessage): number | undefined {
  if (event !== "ping") return undefined;
  const value = parseJson(data);
  return isRecord(value) && typeof value.interval === "number" && value.interval > 0 ? value.interval : undefined;
}

/** The account's new states out of a StateChange (RFC 8620 §7.1), if it has any. */
function changedStates({ event, data }: EventSourceMessage, accountId: string): Record<string, string> | undefined {
  if (event !== "state") return undefined;
  const value = parseJson(data);
  const states = isRecord(value) && isRecord(value.changed) ? value.changed[accountId] : undefined;
  if (!isRecord(states)) return undefined;
  return Object.fromEntries(
    Object.entries(states).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
