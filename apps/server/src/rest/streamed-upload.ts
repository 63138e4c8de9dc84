import { createHash } from "node:crypto";
import { type FileUpload, ServiceError } from "@crm/services";
import type { AppContext } from "../http/app-env.ts";
import { isPlain } from "../http/read-body.ts";
import { tooLarge } from "../http/too-large.ts";

/**
 * The body as a file that is passed on while it comes.
 * @throws ServiceError UNSUPPORTED_MEDIA_TYPE for a form; PAYLOAD_TOO_LARGE for one that is announced as larger, and the
 *   stream fails with it for one in chunks
 */
export function openUpload(c: AppContext, maxBytes: number): FileUpload {
  if (!isPlain(c)) throw new ServiceError("UNSUPPORTED_MEDIA_TYPE", { message: "Files are taken as they are." });
  if (/^\s*multipart\/form-data\b/i.test(c.req.header("content-type") ?? "")) {
    const message = "The body has to be the file itself, not a form that holds it.";
    throw new ServiceError("UNSUPPORTED_MEDIA_TYPE", { message });
  }
  const length = c.req.header("content-length");
  if (Number(length) > maxBytes) throw tooLarge(maxBytes);
  const { body } = c.req.raw;
  if (!body || length === "0") throw isEmpty();
  return new StreamedUpload(body, length === undefined ? null : Number(length), maxBytes);
}

class StreamedUpload implements FileUpload {
  readonly stream: ReadableStream<Uint8Array>;
  readonly size: number | null;
  #failure: ServiceError | null = null;
  #received = 0;
  #isWhole = false;
  readonly #hash = createHash("sha256");

  constructor(source: ReadableStream<Uint8Array>, size: number | null, maxBytes: number) {
    this.size = size;
    const reader = source.getReader();
    const fail = (controller: ReadableStreamDefaultController, failure: ServiceError) => {
      this.#failure = failure;
      controller.error(failure);
    };
    this.stream = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          try {
            const { done, value } = await reader.read();
            if (done && this.#received === 0) return fail(controller, isEmpty());
            this.#isWhole = done;
            if (done) return controller.close();
            this.#received += value.byteLength;
            if (this.#received > maxBytes) {
              await reader.cancel().catch(() => {});
              return fail(controller, tooLarge(maxBytes));
            }
            this.#hash.update(value);
            controller.enqueue(value);
          } catch (cause) {
            const message = "The file was cut off on its way.";
            fail(controller, new ServiceError("VALIDATION_ERROR", { message, cause }));
          }
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  get failure(): ServiceError | null {
    return this.#failure;
  }

  async digest(): Promise<string> {
    if (!this.#isWhole) for await (const _chunk of this.stream);
    return this.#hash.copy().digest("hex");
  }
}

const isEmpty = () =>
  new ServiceError("VALIDATION_ERROR", { message: "The body has to be the file, and it is empty." });
