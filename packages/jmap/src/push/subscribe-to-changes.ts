import { setTimeout as wait } from "node:timers/promises";
import { JmapHttpError } from "../errors.ts";
import type { SubscribeOptions } from "../jmap-client.ts";
import type { JmapSession } from "../session.ts";
import type { Transport } from "../transport/transport.ts";
import { backOff } from "../transport/with-retries.ts";
import { listenOnce, type Stream } from "./listen-once.ts";

/** ms */
const FIRST_DELAY = 1_000;
const MAX_DELAY = 60_000;
/** What the server asks for by Retry-After or `retry:` is heeded up to this many ms. */
const MAX_ASKED_DELAY = 300_000;

/** Answers after which trying again with the same credentials is pointless. */
const FINAL: ReadonlySet<string> = new Set(["unauthorized", "forbidden"]);

/** Keeps an event stream open until the signal; see `JmapClient.subscribe`. */
export async function subscribeToChanges(
  transport: Transport,
  { eventSourceUrl }: JmapSession,
  accountId: string,
  options: SubscribeOptions,
): Promise<"stopped" | "no-push"> {
  const { signal, onError } = options;
  if (eventSourceUrl === null) return "no-push";
  transport.assertTrusted(eventSourceUrl, "the session's eventSourceUrl");
  const stream: Stream = { url: eventSourceUrl, accountId, lastEventId: "", retry: FIRST_DELAY };
  for (let failures = 0; !signal.aborted; failures += 1) {
    let error: unknown;
    try {
      const end = await listenOnce(transport, stream, options, () => {
        failures = 0;
      });
      // 204 tells an EventSource not to come back (HTML, "server-sent events"): Cyrus answers so when it has no push.
      if (end === "no-content") return "no-push";
    } catch (caught) {
      if (signal.aborted) break;
      error = caught;
      if (caught instanceof JmapHttpError) {
        if (FINAL.has(caught.kind)) throw caught;
        if (caught.kind === "not-found") return "no-push";
      }
    }
    const asked = error instanceof JmapHttpError && error.retryAfter ? error.retryAfter * 1000 : 0;
    const own = backOff(failures, stream.retry, Math.max(MAX_DELAY, stream.retry));
    const delay = Math.max(Math.min(asked, MAX_ASKED_DELAY), own);
    onError?.(error ?? new Error("the server ended the stream"), delay);
    await wait(delay, undefined, { signal }).catch(() => {});
  }
  return "stopped";
}
