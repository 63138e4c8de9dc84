import type { IncomingMessage } from "node:http";
import { RequestError } from "../protocol/errors.ts";

/** @throws RequestError limit as soon as more than `limit.size` octets are announced or arrive. */
export async function readBody(
  request: IncomingMessage,
  limit: { name: string; size: number; status: number },
): Promise<Buffer> {
  const tooLarge = () =>
    new RequestError("limit", limit.status, `The body is larger than ${limit.size} octets`, { limit: limit.name });
  if (Number(request.headers["content-length"] ?? 0) > limit.size) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit.size) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
