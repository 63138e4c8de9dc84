import { expandTemplate } from "../expand-template.ts";
import type { DownloadOptions } from "../jmap-client.ts";
import type { JmapSession } from "../session.ts";
import { Deadline } from "../transport/deadline.ts";
import type { Transport } from "../transport/transport.ts";
import { guardBody } from "./guard-body.ts";

const MAX_BYTES = 256 * 1024 * 1024;

/** Resolves when the blob begins to arrive (RFC 8620 §6.2). */
export async function downloadBlob(
  transport: Transport,
  { downloadUrl }: JmapSession,
  accountId: string,
  blobId: string,
  { name, type, maxBytes = MAX_BYTES, signal }: DownloadOptions,
): Promise<Response> {
  transport.assertTrusted(downloadUrl, "the session's downloadUrl");
  const url = expandTemplate(downloadUrl, { accountId, blobId, name, type });
  const deadline = new Deadline(transport.timeout, signal);
  try {
    const { response } = await transport.open(url, { headers: { accept: "*/*" } }, deadline);
    // The body has a pace to keep instead: no fixed time fits both a logo and a film.
    deadline.stopClock();
    const body = response.body && guardBody(response.body, { deadline, maxBytes, patience: transport.timeout });
    if (!body) deadline.dispose();
    return new Response(body, { status: response.status, headers: response.headers });
  } catch (error) {
    deadline.dispose();
    throw error;
  }
}
