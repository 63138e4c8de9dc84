import { CrmError, isCrmError } from "../crm-error.ts";
import { wait } from "../retry.ts";
import type { Routes } from "../server-types.ts";
import { toCrmError } from "../to-crm-error.ts";
import type { EventSource } from "./event-source.ts";
import { readStream } from "./read-stream.ts";

/**
 * Something that happened. `data` is the contact for `contact.*`, the message without its bodies for `email.*`, how the mirror
 * stands for `sync.*`, and the session's id for `session.revoked`.
 * @example
 * ```ts
 * function tell(event: CrmEvent) {
 *   if (event.type === "email.received") console.log(event.occurredAt, event.data.subject);
 * }
 * ```
 */
export type CrmEvent = Routes["events"]["list"]["output"]["items"][number];

/**
 * What `crm.events.subscribe` follows, and whom it tells.
 * @example
 * ```ts
 * const options: SubscribeOptions<"contact.added" | "contact.updated"> = {
 *   types: ["contact.added", "contact.updated"],
 *   onEvent: ({ data }) => console.log(data.email),
 * };
 * crm.events.subscribe(options);
 * ```
 */
export interface SubscribeOptions<Type extends CrmEvent["type"] = CrmEvent["type"]> {
  /** Only these. @default all */
  types?: readonly Type[] | undefined;
  /** The `id` of the last event that was seen; `"0"` for all that is kept. @default what happens from now on */
  after?: string | undefined;
  /** Told of each event, once and in order. */
  onEvent: (event: Extract<CrmEvent, { type: Type }>) => void;
  /**
   * Told what went wrong. Most of it passes, and the subscription goes on by itself; `closed` says that it does not,
   * for instance because the session has ended. `EVENTS_EXPIRED`: events were missed, what is shown has to be read anew.
   */
  onError?: ((error: CrmError, state: { closed: boolean }) => void) | undefined;
  /** Closes the subscription. */
  signal?: AbortSignal | undefined;
}

/**
 * A subscription that goes on until it is closed.
 * @example
 * ```ts
 * const subscription = crm.events.subscribe({ onEvent: ({ type }) => console.log(type) });
 * subscription.close();
 * ```
 */
export interface Subscription {
  /** Ends it; nobody is told any more. */
  close(): void;
}

/** Milliseconds before it connects again: doubled with each failure, half of it at random. */
const PAUSE = { first: 500, longest: 30_000 };

/** Follows the events until it is closed, connecting again whenever the stream ends. */
export function subscribe(source: EventSource, timeout: number, options: SubscribeOptions): Subscription {
  const closing = new AbortController();
  const close = () => closing.abort();
  if (options.signal?.aborted) close();
  options.signal?.addEventListener("abort", close, { once: true, signal: closing.signal });
  void follow(source, timeout, options, closing.signal);
  return { close };
}

async function follow(source: EventSource, timeout: number, options: SubscribeOptions, closed: AbortSignal) {
  const { types, onEvent, onError = () => {} } = options;
  let position = options.after ?? null;
  let failures = 0;
  while (!closed.aborted) {
    let asked = 0;
    try {
      await readStream(source, {
        request: { after: position, types },
        timeout,
        closed,
        onPosition: (id) => {
          position = id;
          failures = 0;
        },
        onEvent: (event) => guarded(() => onEvent(event as CrmEvent)),
        onReset: () => guarded(() => onError(expired(), { closed: false })),
      });
    } catch (failure) {
      if (closed.aborted) return;
      const error = isCrmError(failure) ? failure : toCrmError(failure, null, source.server);
      const isFinal = !mayPass(error);
      guarded(() => onError(error, { closed: isFinal }));
      if (isFinal) return;
      asked = (error.retryAfter ?? 0) * 1000;
    }
    const pause = Math.min(PAUSE.first * 2 ** failures++, PAUSE.longest) * (0.5 + Math.random() / 2);
    await wait(Math.max(pause, asked), closed).catch(() => {});
  }
}

/** Whoever is refused for good need not ask again. What a proxy says in the server's place is no refusal of its. */
function mayPass({ code, status }: CrmError): boolean {
  if (code === "NETWORK_ERROR" || code === "TIMEOUT" || code === "INVALID_RESPONSE") return true;
  return status === null || status === 429 || status >= 500;
}

/** What a callback throws is its owner's, and must not end the stream: it surfaces as any uncaught error does. */
function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

const expired = () =>
  new CrmError("EVENTS_EXPIRED", "Not everything that happened meanwhile is kept. Read anew what is shown.");
