import type { ServerResponse } from "node:http";
import { RequestError } from "../protocol/errors.ts";

/** Answers problem details (RFC 7807), with JMAP's own types where there is one (RFC 8620 §3.6.1). */
export function answerError(response: ServerResponse, error: unknown): void {
  // Half sent, or nobody there to read it any more.
  if (response.headersSent || response.socket?.destroyed !== false) {
    response.destroy();
    return;
  }
  const known = error instanceof RequestError ? error : new RequestError(null, 500, "The server failed");
  if (known !== error) console.error("demo-mail: request failed", error);
  const body = {
    type: known.type === null ? "about:blank" : `urn:ietf:params:jmap:error:${known.type}`,
    status: known.status,
    detail: known.message,
    ...known.extra,
  };
  if (known.status === 401) response.setHeader("WWW-Authenticate", 'Basic realm="demo-mail", charset="UTF-8"');
  // A body that was not read to its end would be taken for the next request.
  if (known.status === 413 || known.type === "limit") response.setHeader("Connection", "close");
  response.writeHead(known.status, { "Content-Type": "application/problem+json" });
  response.end(JSON.stringify(body));
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  const octets = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": octets.length,
    "Cache-Control": "no-cache, no-store, must-revalidate",
  });
  response.end(octets);
}
