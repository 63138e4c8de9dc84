import { setTimeout as wait } from "node:timers/promises";

/** A block of a stream, as a browser's EventSource takes it apart. */
export interface Block {
  id: string | null;
  event: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it waits for
  data: any;
}

export interface FollowOptions {
  token?: string;
  lastEventId?: string;
  /** @default "/api/events" */
  path?: string;
}

/** A stream that is being read by hand. */
export interface FollowedFeed {
  status: number;
  headers: Headers;
  /** The id that a browser would send when it comes back. */
  lastEventId(): string | null;
  /** The next block with data; null at the end. */
  next(): Promise<Block | null>;
  /** The next that is of this type; what comes before it is passed over. */
  until(event: string): Promise<Block>;
  /** Until the server ends it. @throws Error when it does not within the time, in milliseconds */
  ended(within: number): Promise<void>;
  close(): void;
}

export async function followFeed(url: string, options: FollowOptions = {}): Promise<FollowedFeed> {
  const { token, lastEventId, path = "/api/events" } = options;
  const closing = new AbortController();
  const response = await fetch(url + path, {
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
    },
    signal: closing.signal,
  });
  let last: string | null = lastEventId ?? null;
  const blocks = readBlocks(response, (id) => {
    last = id;
  });
  const next = async () => (await blocks.next()).value ?? null;
  return {
    status: response.status,
    headers: response.headers,
    lastEventId: () => last,
    next,
    async until(event) {
      for (let block = await next(); block; block = await next()) if (block.event === event) return block;
      throw new Error(`the stream ended before ${event}`);
    },
    async ended(within) {
      const drained = (async () => {
        while (await next());
      })().catch((error: unknown) => {
        // Cut off is ended too, as long as it was not by us.
        if (closing.signal.aborted) throw error;
      });
      const late = wait(within, "late", { ref: false });
      if ((await Promise.race([drained, late])) === "late") throw new Error("the stream goes on");
    },
    close: () => closing.abort(),
  };
}

async function* readBlocks(response: Response, onId: (id: string) => void): AsyncGenerator<Block, null> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      const fields = new Map(
        text
          .slice(0, end)
          .split("\n")
          .map((line) => /^(\w*):? ?(.*)$/.exec(line) ?? [])
          .map(([, name = "", value = ""]) => [name, value]),
      );
      text = text.slice(end + 2);
      const id = fields.get("id");
      if (id !== undefined) onId(id);
      const data = fields.get("data");
      if (data) yield { id: id ?? null, event: fields.get("event") ?? null, data: JSON.parse(data) };
    }
  }
  return null;
}
