import { createParser } from "eventsource-parser";
import type { EventSource, StreamRequest } from "./event-source.ts";

/** The server sends a heartbeat every 15 seconds; after so many milliseconds of silence the connection is dead. */
const SILENCE = 45_000;

export interface ReadStreamOptions {
  request: Omit<StreamRequest, "signal">;
  /** Milliseconds until the stream has to stand. */
  timeout: number;
  closed: AbortSignal;
  /** Told where one would go on from now. */
  onPosition(id: string): void;
  onEvent(event: unknown): void;
  /** Events in between are not kept any more. */
  onReset(): void;
}

/** Reads one connection's stream to its end. @throws CrmError or whatever fetch throws */
export async function readStream(source: EventSource, options: ReadStreamOptions): Promise<void> {
  const { request, timeout, closed, onPosition, onEvent, onReset } = options;
  const connection = new AbortController();
  const cut = () => connection.abort(closed.reason);
  closed.addEventListener("abort", cut, { once: true });
  const dead = () => connection.abort(new DOMException("Nothing came for too long.", "TimeoutError"));
  let watchdog = setTimeout(dead, timeout);

  const parser = createParser({
    // The parser passes on no id that stands alone, so heartbeats say it in their comment too.
    onComment: (comment) => {
      const [, id] = /^position (\d+)$/.exec(comment.trim()) ?? [];
      if (id !== undefined) onPosition(id);
    },
    onEvent: ({ id, event, data }) => {
      if (closed.aborted) return;
      if (id !== undefined) onPosition(id);
      if (event === "reset") onReset();
      else onEvent(JSON.parse(data));
    },
  });

  try {
    const body = await source.open({ ...request, signal: connection.signal });
    const reader = body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      clearTimeout(watchdog);
      watchdog = setTimeout(dead, SILENCE);
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    clearTimeout(watchdog);
    closed.removeEventListener("abort", cut);
    connection.abort();
  }
}
