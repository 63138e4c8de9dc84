import { JmapTransportError } from "../errors.ts";

/** Reads a body whole, but no more than `maxBytes` of it (counted after decompression). */
export async function readCapped(response: Response, maxBytes: number): Promise<Buffer> {
  if (!response.body) return Buffer.alloc(0);
  const declared = Number(response.headers.get("content-length") ?? 0);
  if (declared > maxBytes) {
    await response.body.cancel();
    throw tooLarge(maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by a throw cancels the body, which closes the connection.
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

export const tooLarge = (maxBytes: number): JmapTransportError =>
  new JmapTransportError(`the answer is larger than ${maxBytes} bytes`, { kind: "too-large" });
