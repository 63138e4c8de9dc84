import { buildClient, type Invocation } from "./build-client.ts";
import type { CrmClient } from "./client-types.ts";
import { createEventSource } from "./events/event-source.ts";
import { type SubscribeOptions, subscribe } from "./events/subscribe.ts";
import { prepareCall } from "./file-calls.ts";
import { newIdempotencyKey } from "./new-idempotency-key.ts";
import { PROCEDURES } from "./procedures.ts";
import { createRestTransport } from "./rest-transport.ts";
import { withRetry } from "./retry.ts";
import { Session } from "./session.ts";
import { memoryTokenStore, type TokenStore, type Tokens, tokensOf } from "./token-store.ts";
import { createTransport } from "./transport.ts";

/**
 * How a client reaches its server.
 * @example
 * ```ts
 * const crm = createCrmClient({
 *   baseUrl: "https://crm.example.com",
 *   tokens: "cookie",
 *   timeout: 10_000,
 *   onSessionEnded: () => location.assign("/sign-in"),
 * });
 * ```
 */
export interface CrmClientOptions {
  /**
   * Where the server is.
   * @example "https://crm.example.com"
   */
  baseUrl: string | URL;
  /**
   * Where the session's tokens are kept; `"cookie"` leaves them to the browser, out of reach of scripts. Node keeps no cookies.
   * @default in memory
   */
  tokens?: TokenStore | "cookie" | undefined;
  /**
   * Milliseconds an attempt may take.
   * @default 30000
   */
  timeout?: number | undefined;
  /**
   * How often a read, or a write with an idempotency key, is tried again after a failure that may pass.
   * @default 2
   */
  retry?: number | undefined;
  /**
   * Another `fetch` than the global one. It sees every request and answer, so it is where to log, trace and add headers.
   * @example
   * ```ts
   * const crm = createCrmClient({
   *   baseUrl,
   *   fetch: async (input, init) => {
   *     const response = await fetch(input, init);
   *     console.log(response.status, response.url);
   *     return response;
   *   },
   * });
   * ```
   */
  fetch?: typeof globalThis.fetch | undefined;
  /** Told when the session is over without anybody having logged out: time to show the sign-in. */
  onSessionEnded?: (() => void) | undefined;
}

/** What one calls to begin or renew a session: a 401 there is an answer, not a reason to renew. */
const WITHOUT_SESSION: ReadonlySet<string> = new Set([
  "auth.login",
  "auth.refresh",
  "profiles.create",
  "profiles.login",
]);
/** What knows no idempotency keys; all other writes get one, and keep it when they are repeated. */
const WITHOUT_KEY = /^(?:auth|profiles)\./;

/**
 * A client of one CRM, for one signed-in person.
 * @throws TypeError when `baseUrl` is no address
 * @example
 * ```ts
 * const crm = createCrmClient({ baseUrl: "http://127.0.0.1:5000" });
 * await crm.auth.login({ username: "admin", password });
 * for await (const contact of crm.contacts.list.all()) console.log(contact.email);
 * ```
 */
export function createCrmClient(options: CrmClientOptions): CrmClient {
  const { baseUrl, tokens = memoryTokenStore(), timeout = 30_000, retry = 2, fetch, onSessionEnded } = options;
  const inCookies = tokens === "cookie";
  const settings = { baseUrl, timeout, fetch, withCookies: inCookies };
  const transport = createTransport(settings);
  const rest = createRestTransport(settings);
  const store = inCookies ? null : tokens;
  const session = new Session({ transport, store, onSessionEnded });

  const invoke = async (invocation: Invocation): Promise<unknown> => {
    const { path, type, options } = invocation;
    const { signal } = options;
    if (path === "auth.refresh") return refresh(invocation);
    const mode = path === "auth.login" && inCookies ? { mode: "cookie" } : {};
    const input = invocation.takesInput ? { ...mode, ...(invocation.input as object) } : undefined;
    const hasKey = type === "mutation" && !WITHOUT_KEY.test(path);
    const idempotencyKey = options.idempotencyKey ?? (hasKey ? newIdempotencyKey() : null);
    const call = await prepareCall(path, input);
    const attempt = { idempotencyKey, signal, timeout: options.timeout };
    const send = (accessToken: string | null) =>
      "rest" in call
        ? rest(call.rest, { ...attempt, accessToken })
        : transport({ ...attempt, path, type, input: call.input, accessToken });
    const once = () => (WITHOUT_SESSION.has(path) ? send(null) : session.run(send));
    const retries = type === "query" || hasKey ? retry : 0;
    const output = await withRetry({ retries, signal }, once);
    await follow(path, output);
    return output;
  };

  /** Sign-in answers carry tokens, which are kept for the calls that follow. */
  const follow = async (path: string, output: unknown): Promise<void> => {
    if (path === "auth.login" || path === "auth.setPassword") {
      await session.keep((output as { tokens?: Tokens }).tokens);
    } else if (path === "profiles.login") {
      await session.keep(tokensOf((output as { token: string }).token));
    } else if (path === "auth.logout" || path === "profiles.logout") await session.forget();
  };

  /** By hand it is the same exchange as by itself, so that the two never run into each other. */
  const refresh = async ({ path, type, input, options }: Invocation): Promise<unknown> => {
    const given = (input as { refreshToken?: string }).refreshToken;
    const own = { signal: options.signal, timeout: options.timeout };
    if (given === undefined && (await session.refresh())) {
      const kept = await store?.get();
      return kept ? { tokens: kept } : {};
    }
    // With nothing to renew, the server says why.
    const output = await transport({ path, type, input, accessToken: null, idempotencyKey: null, ...own });
    await session.keep((output as { tokens?: Tokens }).tokens);
    return output;
  };

  const eventSource = createEventSource({ baseUrl, fetch, withCookies: inCookies, session });
  const client = buildClient(PROCEDURES, invoke) as { events: object };
  const events = { ...client.events, subscribe: (wanted: SubscribeOptions) => subscribe(eventSource, timeout, wanted) };
  return { ...client, events } as unknown as CrmClient;
}
