import type { AppContext } from "./app-env.ts";
import { tooLarge } from "./too-large.ts";

/**
 * The body's bytes, or null when there is none.
 * @throws ServiceError PAYLOAD_TOO_LARGE over `maxBytes`, also when sent in chunks.
 */
export async function readBody(c: AppContext, maxBytes: number): Promise<Uint8Array | null> {
  const length = c.req.header("content-length");
  const isChunked = c.req.header("transfer-encoding") !== undefined;
  if (!isChunked && (length === undefined || length === "0")) return null;
  if (Number(length) > maxBytes) throw tooLarge(maxBytes);
  // With a length given, the HTTP parser lets no more than that through.
  const bytes = isChunked ? await readChunks(c.req.raw.body, maxBytes) : new Uint8Array(await c.req.raw.arrayBuffer());
  return bytes.byteLength === 0 ? null : bytes;
}

/** True for a body that is not compressed; nothing here unpacks one. */
export const isPlain = (c: AppContext): boolean => (c.req.header("content-encoding") ?? "identity") === "identity";

async function readChunks(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
