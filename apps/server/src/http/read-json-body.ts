import { ServiceError } from "@crm/services";
import type { AppContext } from "./app-env.ts";
import { inspectJson } from "./inspect-json.ts";

const MAX_BYTES = 1_048_576;
const JSON_TYPE = /^application\/json *(?:; *charset="?utf-8"? *)?$/i;

/**
 * The body as checked JSON text, or null when there is none.
 * @throws ServiceError PAYLOAD_TOO_LARGE over 1 MiB, also when sent in chunks; UNSUPPORTED_MEDIA_TYPE; VALIDATION_ERROR.
 */
export async function readJsonText(c: AppContext): Promise<string | null> {
  const length = c.req.header("content-length");
  const isChunked = c.req.header("transfer-encoding") !== undefined;
  if (!isChunked && (length === undefined || length === "0")) return null;
  if (Number(length) > MAX_BYTES) throw new ServiceError("PAYLOAD_TOO_LARGE");
  // With a length given, the HTTP parser lets no more than that through.
  const bytes = isChunked ? await readChunks(c.req.raw.body) : new Uint8Array(await c.req.raw.arrayBuffer());
  if (bytes.byteLength === 0) return null;
  const isPlain = (c.req.header("content-encoding") ?? "identity") === "identity";
  if (!isPlain || !JSON_TYPE.test(c.req.header("content-type") ?? "")) throw new ServiceError("UNSUPPORTED_MEDIA_TYPE");
  const text = decode(bytes);
  inspectJson(text);
  return text;
}

/** The body as an object, `{}` when there is none. @throws ServiceError as `readJsonText` does. */
export async function readJsonBody(c: AppContext): Promise<Record<string, unknown>> {
  const text = await readJsonText(c);
  if (text === null) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServiceError("VALIDATION_ERROR", { message: "The body is not valid JSON." });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ServiceError("VALIDATION_ERROR", { message: "The body has to be a JSON object." });
  }
  return value as Record<string, unknown>;
}

async function readChunks(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new ServiceError("PAYLOAD_TOO_LARGE");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ServiceError("VALIDATION_ERROR", { message: "The body is not valid UTF-8." });
  }
}
