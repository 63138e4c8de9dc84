import type { AppContext } from "./app-env.ts";

/**
 * A body that cannot be brought to its end breaks the connection off, so that nobody takes what came for the whole.
 * (The adapter would write the error's message behind it, and end the answer properly.)
 */
export function breakingOff(
  c: AppContext,
  source: ReadableStream<Uint8Array>,
  onFailure: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          onFailure(error);
          c.env.outgoing.destroy();
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
