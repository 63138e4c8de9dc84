import type { IncomingMessage, ServerResponse } from "node:http";
import { RequestError } from "../protocol/errors.ts";
import { runRequest } from "../protocol/run-request.ts";
import type { Account } from "../store/account.ts";
import { answerJson } from "./problem.ts";
import { readBody } from "./read-body.ts";
import type { Site } from "./request-listener.ts";
import { sessionStateOf } from "./session.ts";

/** The API URL: one JMAP request (RFC 8620 §3.1). */
export async function handleApi(
  site: Site,
  account: Account,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { limits, delivery } = site;
  const release = site.enter(account, "maxConcurrentRequests");
  try {
    const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json") throw new RequestError("notJSON", 400, "Content-Type must be application/json");
    const octets = await readBody(request, { name: "maxSizeRequest", size: limits.maxSizeRequest, status: 400 });
    const answer = runRequest({ account, limits, delivery }, parseJson(octets), sessionStateOf(account));
    answerJson(response, 200, answer);
    account.announceChanges();
  } finally {
    release();
  }
}

function parseJson(octets: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(octets));
  } catch {
    throw new RequestError("notJSON", 400, "The body is not JSON in UTF-8");
  }
}
