import type { Deadline } from "../transport/deadline.ts";
import { tooLarge } from "../transport/read-capped.ts";
import { asTransportError } from "../transport/transport.ts";

export interface GuardOptions {
  deadline: Deadline;
  maxBytes: number;
  /** ms of waiting for the server that are granted beside the time the bytes need at the slowest pace. */
  patience: number;
}

/** Bytes a second. */
const SLOWEST_PACE = 16 * 1024;

/**
 * Passes a body on, as fast as it is read, and fails it when it grows too large or comes too slowly. Only waiting for
 * the server counts, so a reader may take its time; a byte now and then does not keep the connection.
 */
export function guardBody(
  source: ReadableStream<Uint8Array>,
  { deadline, maxBytes, patience }: GuardOptions,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  let size = 0;
  let waited = 0;
  const fail = async (error: unknown) => {
    deadline.dispose();
    await reader.cancel(error).catch(() => {});
    return error;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const begun = performance.now();
        const left = patience + (size / SLOWEST_PACE) * 1000 - waited;
        const timer = setTimeout(() => deadline.expire("the answer comes too slowly"), Math.max(0, left));
        try {
          const { done, value } = await reader.read();
          if (done) {
            deadline.dispose();
            return controller.close();
          }
          size += value.byteLength;
          if (size > maxBytes) throw tooLarge(maxBytes);
          controller.enqueue(value);
        } catch (error) {
          controller.error(await fail(asTransportError(error, deadline.signal)));
        } finally {
          clearTimeout(timer);
          waited += performance.now() - begun;
        }
      },
      async cancel(reason) {
        await fail(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
