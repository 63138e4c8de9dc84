import PQueue from "p-queue";
import { downloadBlob } from "./blobs/download-blob.ts";
import { uploadBlob } from "./blobs/upload-blob.ts";
import { isRecord } from "./is-record.ts";
import type { ConnectOptions, Invocation, JmapClient, RequestOptions } from "./jmap-client.ts";
import { parseResponses } from "./jmap-responses.ts";
import { subscribeToChanges } from "./push/subscribe-to-changes.ts";
import { onlyReads, serializeRequest } from "./serialize-request.ts";
import { limitsOf, mailAccountOf, parseSession } from "./session.ts";
import { Transport } from "./transport/transport.ts";
import { withRetries } from "./transport/with-retries.ts";

const TIMEOUT = 30_000;
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const RETRIES = 2;
/** Some servers allow more at a time, but the usual ones no more than this. */
const MAX_CONCURRENCY = 4;

/**
 * Reads the session resource (RFC 8620 §2), following redirects among trusted origins, and makes a client of it.
 * @throws JmapHttpError `unauthorized` for wrong credentials; JmapProtocolError for what is no session, lacks a mail
 * account, or has its API at an origin that is not trusted; JmapTransportError; TypeError for a `sessionUrl` that is none
 */
export async function connect(options: ConnectOptions): Promise<JmapClient> {
  const { sessionUrl, auth, retries = RETRIES, signal } = options;
  const origins = [sessionUrl, ...(options.trustedOrigins ?? [])].map((url) => new URL(url).origin);
  const transport = new Transport({
    auth,
    trustedOrigins: new Set(origins),
    timeout: options.timeout ?? TIMEOUT,
    maxResponseBytes: options.maxResponseBytes ?? MAX_RESPONSE_BYTES,
    fetch: options.fetch ?? globalThis.fetch,
  });
  const answer = await withRetries(() => transport.json(sessionUrl, {}, { signal }), {
    retries,
    repeatable: true,
    signal,
  });
  const session = parseSession(answer.value, answer.url);
  transport.assertTrusted(session.apiUrl, "the session's apiUrl");
  const accountId = mailAccountOf(session);
  const limits = limitsOf(session);
  const most = Math.min(MAX_CONCURRENCY, Math.max(1, options.concurrency ?? MAX_CONCURRENCY));
  const requests = new PQueue({ concurrency: Math.min(most, limits.maxConcurrentRequests) });
  const uploads = new PQueue({ concurrency: Math.min(most, limits.maxConcurrentUpload) });
  let isSessionOutdated = false;

  const request = async (calls: readonly Invocation[], { signal, timeout, retry }: RequestOptions = {}) => {
    const filled = calls.map(([method, args, callId]): Invocation => {
      return [method, method === "Core/echo" ? args : { accountId, ...args }, callId];
    });
    const body = serializeRequest(filled, limits);
    const exchange = { method: "POST", headers: { "content-type": "application/json" }, body } as const;
    const repeatable = retry ?? onlyReads(filled);
    const attempt = async () => {
      const { value } = await inTurn(requests, signal, () =>
        transport.json(session.apiUrl, exchange, { signal, timeout }),
      );
      const responses = parseResponses(value, filled);
      if (isRecord(value) && typeof value.sessionState === "string" && value.sessionState !== session.state) {
        isSessionOutdated = true;
      }
      if (repeatable) responses.throwIfFailedWith("serverUnavailable");
      return responses;
    };
    return withRetries(attempt, { retries, repeatable, signal });
  };

  return {
    session,
    accountId,
    limits,
    get isSessionOutdated() {
      return isSessionOutdated;
    },
    request,
    upload(body, uploadOptions) {
      const { signal } = uploadOptions;
      const attempt = () => uploadBlob(transport, session, accountId, limits, body, uploadOptions);
      // A stream can be sent only once; bytes do no harm when they are stored twice.
      const isStream = body instanceof ReadableStream;
      return withRetries(() => inTurn(uploads, signal, attempt), {
        retries: isStream ? 0 : retries,
        repeatable: true,
        signal,
      });
    },
    download(blobId, downloadOptions) {
      const attempt = () => downloadBlob(transport, session, accountId, blobId, downloadOptions);
      return withRetries(attempt, { retries, repeatable: true, signal: downloadOptions.signal });
    },
    subscribe: (subscribeOptions) => subscribeToChanges(transport, session, accountId, subscribeOptions),
  };
}

/** Runs `work` when a place is free. The place is given back between tries, so that waiting holds up nobody. */
function inTurn<Result>(queue: PQueue, signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
  return queue.add(work, signal ? { signal } : {});
}
