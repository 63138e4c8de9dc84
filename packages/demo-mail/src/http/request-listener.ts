import type { IncomingMessage, ServerResponse } from "node:http";
import type { DeliveryService } from "../delivery/delivery-service.ts";
import { RequestError } from "../protocol/errors.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Account } from "../store/account.ts";
import { authenticate } from "./authenticate.ts";
import { handleApi } from "./handle-api.ts";
import { handleDownload } from "./handle-download.ts";
import { handleEventSource } from "./handle-event-source.ts";
import { handleUpload } from "./handle-upload.ts";
import { answerError, answerJson } from "./problem.ts";
import { sessionOf } from "./session.ts";

/** What the handlers share. */
export interface Site {
  accounts: ReadonlyMap<string, Account>;
  limits: Limits;
  delivery: DeliveryService;
  /** e.g. `http://127.0.0.1:8080`. */
  origin(): string;
  /** Counts a request in until the returned function is called. @throws RequestError limit beyond what the session allows. */
  enter(account: Account, limit: "maxConcurrentRequests" | "maxConcurrentUpload"): () => void;
}

/** The paths of the server; all of them need a user name and a password. */
export function requestListener(site: Site): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    route(site, request, response).catch((error: unknown) => answerError(response, error));
  };
}

async function route(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (url.pathname === "/.well-known/jmap") {
    response.writeHead(307, { Location: "/jmap/session" }).end();
    return;
  }
  const [root, place, accountId, ...rest] = url.pathname.split("/").slice(1).map(decode);
  if (root !== "jmap") throw notFound();
  const account = authenticate(request, site.accounts);
  if (place === "session") {
    allow(request, "GET");
    answerJson(response, 200, sessionOf(account, site.limits, site.origin()));
  } else if (place === "api") {
    allow(request, "POST");
    await handleApi(site, account, request, response);
  } else if (place === "events") {
    allow(request, "GET");
    handleEventSource(account, url.searchParams, request, response);
  } else if (place === "upload" && accountId === account.id) {
    allow(request, "POST");
    await handleUpload(site, account, request, response);
  } else if (place === "download" && accountId === account.id && rest.length >= 2) {
    allow(request, "GET");
    await handleDownload(account, rest[0] as string, rest.slice(1).join("/"), url.searchParams.get("type"), response);
  } else {
    throw notFound();
  }
}

function allow(request: IncomingMessage, method: string): void {
  if (request.method !== method) throw new RequestError(null, 405, `Only ${method} here`);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw notFound();
  }
}

function notFound(): RequestError {
  return new RequestError(null, 404, "Nothing here");
}
