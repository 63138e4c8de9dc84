import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { ErrorCode } from "@crm/schemas";

interface Refusal {
  status: string;
  code: ErrorCode;
  error: string;
}

/** By the code of Node's parser; what is not here is no HTTP. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_INVALID_URL: {
    status: "400 Bad Request",
    code: "VALIDATION_ERROR",
    error: "The address has characters that have to be percent-encoded, such as letters with diacritics (á is %C3%A1).",
  },
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    code: "PAYLOAD_TOO_LARGE",
    error: "The address or the headers of the request are too long.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: "408 Request Timeout",
    code: "VALIDATION_ERROR",
    error: "The request did not arrive in time.",
  },
};
const NO_HTTP: Refusal = {
  status: "400 Bad Request",
  code: "VALIDATION_ERROR",
  error: "The request is not valid HTTP.",
};

/** Answers what Node cannot read in the same envelope as everything else; no route ever sees it. */
export function refuseUnreadable(server: Server): void {
  const answering = new WeakSet<Duplex>();
  server.on("request", ({ socket }, response) => {
    answering.add(socket);
    response.once("close", () => answering.delete(socket));
  });
  server.on("clientError", ({ code = "" }: NodeJS.ErrnoException, socket) => {
    // An answer that is under way must not be mixed with another one.
    if (socket.writable && !answering.has(socket)) socket.write(toResponse(REFUSALS[code] ?? NO_HTTP));
    socket.destroy();
  });
}

function toResponse({ status, code, error }: Refusal): string {
  const requestId = randomUUID();
  const body = JSON.stringify({ success: false, error, code, requestId });
  return [
    `HTTP/1.1 ${status}`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "X-Content-Type-Options: nosniff",
    `X-Request-Id: ${requestId}`,
    "",
    body,
  ].join("\r\n");
}
