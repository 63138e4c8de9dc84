import { CrmError, type CrmErrorCode } from "../crm-error.ts";
import type { ErrorDetail } from "../server-types.ts";
import { serverUrl } from "../server-url.ts";
import type { Session } from "../session.ts";
import { secondsOf, toCrmError } from "../to-crm-error.ts";

export interface EventSourceOptions {
  baseUrl: string | URL;
  fetch?: typeof globalThis.fetch | undefined;
  /** Let the browser send cookies. */
  withCookies: boolean;
  session: Session;
}

export interface StreamRequest {
  /** The last event that was seen; null begins with what happens from now on. */
  after: string | null;
  types?: readonly string[] | undefined;
  signal: AbortSignal;
}

/** The server's stream of events. */
export interface EventSource {
  /** Where it is. */
  server: string;
  /** @throws CrmError when it is refused, or what fetch throws */
  open(request: StreamRequest): Promise<ReadableStream<Uint8Array>>;
}

/**
 * The stream is read by fetch rather than by the browser's EventSource: that one can neither send a token nor be told
 * that a session has ended, and Node 20 has none.
 */
export function createEventSource({ baseUrl, fetch, withCookies, session }: EventSourceOptions): EventSource {
  const server = serverUrl(baseUrl);
  const url = `${server}/api/events`;
  const send: typeof globalThis.fetch = fetch ?? ((input, init) => globalThis.fetch(input, init));
  const open = ({ after, types = [], signal }: StreamRequest) =>
    session.run(async (accessToken) => {
      const query = new URLSearchParams(types.map((type): [string, string] => ["types", type])).toString();
      const response = await send(query === "" ? url : `${url}?${query}`, {
        headers: {
          accept: "text/event-stream",
          ...(accessToken !== null && { authorization: `Bearer ${accessToken}` }),
          ...(after !== null && { "last-event-id": after }),
        },
        credentials: withCookies ? "include" : "omit",
        signal,
      });
      const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
      if (!response.ok || !isStream || !response.body) throw await refusal(response, server);
      return response.body;
    });
  return { server, open };
}

interface ErrorBody {
  error: string;
  code: CrmErrorCode;
  details?: readonly ErrorDetail[];
  requestId?: string;
}

async function refusal(response: Response, server: string): Promise<CrmError> {
  const text = await response.text();
  try {
    const { error, code, details, requestId } = JSON.parse(text) as ErrorBody;
    if (typeof code === "string") {
      return new CrmError(code, error, {
        status: response.status,
        details,
        requestId,
        retryAfter: secondsOf(response),
      });
    }
  } catch {
    // Not ours, as it turns out.
  }
  return toCrmError(null, response, server);
}
