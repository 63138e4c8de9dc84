import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Account } from "../store/account.ts";
import { answerJson } from "./problem.ts";
import { readBody } from "./read-body.ts";
import type { Site } from "./request-listener.ts";

/** Uploads a blob (RFC 8620 §6.1): the same octets always have the same id. */
export async function handleUpload(
  site: Site,
  account: Account,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const release = site.enter(account, "maxConcurrentUpload");
  try {
    const content = await readBody(request, { name: "maxSizeUpload", size: site.limits.maxSizeUpload, status: 413 });
    const type = request.headers["content-type"] ?? "application/octet-stream";
    const blobId = `U${createHash("sha256").update(content).digest("base64url")}`;
    account.addUpload(blobId, { content, type: type.split(";")[0]?.trim().toLowerCase() ?? type });
    answerJson(response, 201, { accountId: account.id, blobId, type, size: content.length });
  } finally {
    release();
  }
}
