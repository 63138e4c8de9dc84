import ky from "ky";
import { serverUrl } from "./server-url.ts";
import { toCrmError, toRestError } from "./to-crm-error.ts";
import type { Attempt, TransportOptions } from "./transport.ts";

/** A request of the REST face, for what JSON cannot carry. */
export interface RestCall {
  method: "GET" | "POST";
  path: string;
  headers?: Record<string, string>;
  body?: Blob;
  /** Milliseconds that it may take beyond the others. */
  extraTime?: number;
  /** What the call answers. */
  read(response: Response): Promise<unknown>;
}

export type RestTransport = (call: RestCall, attempt: Omit<Attempt, "path" | "type" | "input">) => Promise<unknown>;

export function createRestTransport({ baseUrl, timeout, fetch, withCookies }: TransportOptions): RestTransport {
  const send = ky.create({
    retry: 0,
    throwHttpErrors: false,
    credentials: withCookies ? "include" : "omit",
    ...(fetch && { fetch: (input, init) => fetch(input, init) }),
  });
  const server = serverUrl(baseUrl);

  return async ({ method, path, headers, body, extraTime = 0, read }, attempt) => {
    const { accessToken, idempotencyKey, signal, timeout: own } = attempt;
    let response: Response | null = null;
    try {
      response = await send(server + path, {
        method,
        headers: {
          ...headers,
          ...(accessToken !== null && { authorization: `Bearer ${accessToken}` }),
          ...(idempotencyKey !== null && { "idempotency-key": idempotencyKey }),
        },
        ...(body && { body }),
        ...(signal && { signal }),
        timeout: own ?? timeout + extraTime,
      });
      if (response.ok) return await read(response);
    } catch (error) {
      throw signal?.aborted ? signal.reason : toCrmError(error, response, server);
    }
    throw await toRestError(response);
  };
}
