import { ServiceError } from "@crm/services";
import type { AppContext } from "./app-env.ts";
import { inspectJson } from "./inspect-json.ts";
import { isPlain, readBody } from "./read-body.ts";

const MAX_BYTES = 1_048_576;
const JSON_TYPE = /^application\/json *(?:; *charset="?utf-8"? *)?$/i;

/**
 * The body as checked JSON text, or null when there is none.
 * @throws ServiceError PAYLOAD_TOO_LARGE over `maxBytes` (1 MiB), also when sent in chunks; UNSUPPORTED_MEDIA_TYPE; VALIDATION_ERROR.
 */
export async function readJsonText(c: AppContext, maxBytes = MAX_BYTES): Promise<string | null> {
  const bytes = await readBody(c, maxBytes);
  if (bytes === null) return null;
  if (!isPlain(c) || !JSON_TYPE.test(c.req.header("content-type") ?? "")) {
    throw new ServiceError("UNSUPPORTED_MEDIA_TYPE");
  }
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

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ServiceError("VALIDATION_ERROR", { message: "The body is not valid UTF-8." });
  }
}
