import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RequestError } from "../protocol/errors.ts";
import type { Account } from "../store/account.ts";

const CHUNK = 64 * 1024;

/** Streams a blob (RFC 8620 §6.2), always as a download. */
export async function handleDownload(
  account: Account,
  blobId: string,
  name: string,
  type: string | null,
  response: ServerResponse,
) {
  const blob = account.findBlob(blobId);
  if (!blob) throw new RequestError(null, 404, "No such blob");
  response.writeHead(200, {
    "Content-Type": type !== null && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) ? type : blob.type,
    "Content-Length": blob.content.length,
    "Content-Disposition": `attachment; filename*=UTF-8''${encodeName(name)}`,
    "Cache-Control": "private, immutable, max-age=31536000",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
  });
  await pipeline(Readable.from(chunksOf(blob.content)), response);
}

/** RFC 8187: what encodeURIComponent leaves but a header parameter does not take. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function* chunksOf(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length; start += CHUNK) yield content.subarray(start, start + CHUNK);
}
