import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as the scripted server saw it. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export type Answer = (response: ServerResponse, request: SeenRequest, count: number) => unknown;

export interface ScriptedServer {
  origin: string;
  sessionUrl: string;
  /** Requests to anything but the session resource. */
  seen: SeenRequest[];
  /** What the API answers from now on; `count` counts its requests from 1. */
  api(answer: Answer): void;
  close(): Promise<void>;
}

export const ACCOUNT = "a1";

/** A session as a server would send it, except for what `overrides` says. */
export const sessionWith = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  username: "me@example.test",
  apiUrl: "/api",
  uploadUrl: "/upload/{accountId}/",
  downloadUrl: "/download/{accountId}/{blobId}/{name}?type={type}",
  eventSourceUrl: "/events?types={types}&closeafter={closeafter}&ping={ping}",
  state: "s1",
  capabilities: { "urn:ietf:params:jmap:core": { maxObjectsInGet: 10, maxConcurrentRequests: 4, maxSizeUpload: 1000 } },
  accounts: { [ACCOUNT]: {} },
  primaryAccounts: { "urn:ietf:params:jmap:mail": ACCOUNT },
  ...overrides,
});

/** A mail server that misbehaves as told: a real HTTP server on loopback. */
export async function startScriptedServer(
  overrides: Record<string, unknown> = {},
  routes: Record<string, Answer> = {},
): Promise<ScriptedServer> {
  let answer: Answer = (response) => sendJson(response, 500, {});
  let count = 0;
  const seen: SeenRequest[] = [];
  const { origin, close } = await listen(async (request, response) => {
    const path = request.url ?? "";
    const { method = "", headers } = request;
    const own = Object.keys(routes).find((route) => path.startsWith(route));
    if (path === "/session" && !own) return sendJson(response, 200, sessionWith(overrides));
    const body = await text(request).catch(() => "");
    const known = { method, path, headers, body };
    seen.push(known);
    if (own) return routes[own]?.(response, known, seen.filter((other) => other.path.startsWith(own)).length);
    count += 1;
    return answer(response, known, count);
  });
  return {
    origin,
    sessionUrl: `${origin}/session`,
    seen,
    api(next) {
      answer = next;
      count = 0;
    },
    close,
  };
}

export async function listen(listener: RequestListener): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}

/** Answers the calls of a request, each with what `answers` has for its method. */
export const sendAnswers = (response: ServerResponse, request: SeenRequest, answers: Record<string, object>) => {
  const { methodCalls } = JSON.parse(request.body) as { methodCalls: [string, object, string][] };
  const methodResponses = methodCalls.map(([method, , callId]) => [method, answers[method] ?? {}, callId]);
  sendJson(response, 200, { methodResponses, sessionState: "s1" });
};

/** A well-formed and empty answer to any /get. */
export const EMPTY_GET = { accountId: ACCOUNT, state: "1", list: [], notFound: [] };
