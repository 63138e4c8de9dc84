import { JmapProtocolError, JmapRequestError } from "../errors.ts";
import { expandTemplate } from "../expand-template.ts";
import { isRecord } from "../is-record.ts";
import type { UploadedBlob, UploadOptions } from "../jmap-client.ts";
import type { JmapSession, Limits } from "../session.ts";
import type { Transport } from "../transport/transport.ts";

/** Uploads a blob in one exchange (RFC 8620 §6.1). */
export async function uploadBlob(
  transport: Transport,
  { uploadUrl }: JmapSession,
  accountId: string,
  limits: Limits,
  body: Uint8Array | ReadableStream<Uint8Array>,
  { type, size, signal }: UploadOptions,
): Promise<UploadedBlob> {
  const bytes = body instanceof Uint8Array ? body.byteLength : size;
  if (bytes !== undefined && bytes > limits.maxSizeUpload) {
    const detail = `${bytes} bytes are more than the ${limits.maxSizeUpload} allowed`;
    throw new JmapRequestError("urn:ietf:params:jmap:error:limit", { limit: "maxSizeUpload", detail });
  }
  transport.assertTrusted(uploadUrl, "the session's uploadUrl");
  const exchange = { method: "POST", headers: { "content-type": type }, body } as const;
  const { value } = await transport.json(expandTemplate(uploadUrl, { accountId }), exchange, {
    signal,
    timeout: transport.timeout + ((bytes ?? limits.maxSizeUpload) / SLOWEST_UPLOAD) * 1000,
  });
  if (!isRecord(value) || typeof value.blobId !== "string" || value.accountId !== accountId) {
    throw new JmapProtocolError("the answer to an upload is malformed");
  }
  return {
    blobId: value.blobId,
    type: typeof value.type === "string" ? value.type : type,
    size: typeof value.size === "number" ? value.size : (bytes ?? 0),
  };
}

/** Bytes a second; a large upload is given the time it needs at this pace. */
const SLOWEST_UPLOAD = 128 * 1024;
