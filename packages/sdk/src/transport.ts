import { createTRPCUntypedClient, httpLink } from "@trpc/client";
import type { AnyTRPCRouter } from "@trpc/server";
import ky from "ky";
import { serverUrl } from "./server-url.ts";
import { toCrmError } from "./to-crm-error.ts";

export interface TransportOptions {
  baseUrl: string | URL;
  /** Milliseconds. */
  timeout: number;
  fetch?: typeof globalThis.fetch | undefined;
  /** Let the browser send and keep cookies. */
  withCookies: boolean;
}

/** One attempt at a procedure. */
export interface Attempt {
  /** The procedure's name, dotted. */
  path: string;
  type: "query" | "mutation";
  input: unknown;
  accessToken: string | null;
  idempotencyKey: string | null;
  signal?: AbortSignal | undefined;
  timeout?: number | undefined;
}

/** Sends an attempt and answers with the procedure's output. @throws CrmError, or the signal's reason */
export type Transport = (attempt: Attempt) => Promise<unknown>;

// The wire format is superjson's; inputs and outputs are JSON as they stand, so none of its notes are needed.
const wire = {
  serialize: (value: unknown) => ({ json: value }),
  deserialize: (value: { json?: unknown }) => value?.json,
};

export function createTransport({ baseUrl, timeout, fetch, withCookies }: TransportOptions): Transport {
  const send = ky.create({
    retry: 0,
    throwHttpErrors: false,
    credentials: withCookies ? "include" : "omit",
    ...(fetch && { fetch: (input, init) => fetch(input, init) }),
  });
  const server = serverUrl(baseUrl);

  return async ({ path, type, input, accessToken, idempotencyKey, signal, timeout: own }) => {
    let response: Response | null = null;
    // A client an attempt, so that its timeout and headers are its own; it is no more than two closures.
    const client = createTRPCUntypedClient<AnyTRPCRouter>({
      links: [
        httpLink<AnyTRPCRouter>({
          url: `${server}/trpc`,
          transformer: { input: wire, output: wire },
          headers: {
            ...(accessToken !== null && { authorization: `Bearer ${accessToken}` }),
            ...(idempotencyKey !== null && { "idempotency-key": idempotencyKey }),
          },
          fetch: async (target, init) => {
            response = await send(String(target), { ...(init as RequestInit), timeout: own ?? timeout });
            return response;
          },
        }),
      ],
    });
    try {
      return await client[type](path, input, signal ? { signal } : {});
    } catch (error) {
      throw signal?.aborted ? signal.reason : toCrmError(error, response, server);
    }
  };
}
