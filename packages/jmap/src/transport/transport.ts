import { JmapHttpError, JmapProtocolError, JmapRequestError, JmapTransportError } from "../errors.ts";
import type { Auth } from "../jmap-client.ts";
import { Deadline } from "./deadline.ts";
import { toFailure } from "./http-failure.ts";
import { readCapped } from "./read-capped.ts";

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface TransportOptions {
  auth: Auth;
  /** Origins that may see the credentials. */
  trustedOrigins: ReadonlySet<string>;
  /** ms */
  timeout: number;
  maxResponseBytes: number;
  fetch: typeof fetch;
}

export interface Exchange {
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: RequestInit["body"];
}

/** One HTTP exchange at a time, with credentials, to trusted origins only. Knows nothing of JMAP's methods. */
export class Transport {
  readonly timeout: number;
  readonly maxResponseBytes: number;
  readonly #authorization: string;
  readonly #trustedOrigins: ReadonlySet<string>;
  readonly #fetch: typeof fetch;

  constructor({ auth, trustedOrigins, timeout, maxResponseBytes, fetch }: TransportOptions) {
    this.#authorization = authorizationOf(auth);
    this.#trustedOrigins = trustedOrigins;
    this.timeout = timeout;
    this.maxResponseBytes = maxResponseBytes;
    this.#fetch = fetch;
  }

  /** @throws JmapProtocolError when credentials must not be sent to `url` */
  assertTrusted(url: string, what: string): void {
    const { origin } = new URL(url);
    if (this.#trustedOrigins.has(origin)) return;
    const trusted = [...this.#trustedOrigins].join(", ");
    throw new JmapProtocolError(`${what} is at ${origin}, but credentials are for ${trusted} only`);
  }

  /** An exchange from the first byte to the last within the time-out; the answer is parsed as JSON. */
  async json(
    url: string,
    exchange: Exchange,
    options: { signal?: AbortSignal | undefined; timeout?: number | undefined } = {},
  ): Promise<{ url: string; value: unknown }> {
    const deadline = new Deadline(options.timeout ?? this.timeout, options.signal);
    try {
      const answer = await this.open(url, exchange, deadline);
      const bytes = await readCapped(answer.response, this.maxResponseBytes).catch((error: unknown) => {
        throw asTransportError(error, deadline.signal);
      });
      return { url: answer.url, value: parse(bytes) };
    } finally {
      deadline.dispose();
    }
  }

  /**
   * Resolves when a successful answer begins; its body is still to be read, and ends with the deadline's signal.
   * @throws JmapTransportError, JmapHttpError, JmapRequestError, JmapProtocolError, or the caller's reason to abort
   */
  async open(url: string, exchange: Exchange, deadline: Deadline): Promise<{ url: string; response: Response }> {
    let target = url;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const response = await this.#attempt(target, exchange, deadline.signal);
      if (response.ok) return { url: target, response };
      const location = response.headers.get("location");
      // Only a GET is followed: whether a POST may be repeated is not for a redirect to say.
      if (!REDIRECTS.has(response.status) || location === null || exchange.method === "POST") {
        throw await toFailure(response).catch((error: unknown) => asTransportError(error, deadline.signal));
      }
      await response.body?.cancel();
      target = resolve(location, target);
    }
    throw new JmapProtocolError(`${url} redirects more than ${MAX_REDIRECTS} times`);
  }

  async #attempt(url: string, { method = "GET", headers, body }: Exchange, signal: AbortSignal): Promise<Response> {
    this.assertTrusted(url, "the address to call");
    const streamed = body instanceof ReadableStream ? { duplex: "half" as const } : {};
    try {
      return await this.#fetch(url, {
        method,
        headers: { accept: "application/json", ...headers, authorization: this.#authorization },
        redirect: "manual",
        signal,
        ...(body === undefined ? {} : { body }),
        ...streamed,
      });
    } catch (error) {
      throw asTransportError(error, signal);
    }
  }
}

const OWN_ERRORS = [JmapTransportError, JmapHttpError, JmapRequestError, JmapProtocolError];

/** What an aborted or broken exchange is to be reported as. */
export function asTransportError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (OWN_ERRORS.some((known) => error instanceof known)) return error;
  const mayHaveArrived = !neverConnected(error);
  return new JmapTransportError("the mail server could not be reached", {
    kind: "network",
    mayHaveArrived,
    cause: error,
  });
}

const NO_CONNECTION: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether fetch failed before a connection stood, so that nothing of the request can have been read. */
function neverConnected(error: unknown): boolean {
  const cause = (error as { cause?: { code?: unknown; syscall?: unknown } }).cause;
  return cause !== undefined && (cause.syscall === "connect" || NO_CONNECTION.has(cause.code));
}

function authorizationOf(auth: Auth): string {
  if (auth.type === "bearer") return `Bearer ${auth.token}`;
  return `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString("base64")}`;
}

function resolve(location: string, base: string): string {
  if (!URL.canParse(location, base)) throw new JmapProtocolError("the mail server redirects to what is no URL");
  return new URL(location, base).href;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new JmapProtocolError("the answer is not JSON", { cause: error });
  }
}
