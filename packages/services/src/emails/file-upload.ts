import type { ServiceError } from "../errors.ts";

/** A file that is on its way in, and is passed on as it comes. */
export interface FileUpload {
  stream: ReadableStream<Uint8Array>;
  /** Bytes, where they are known beforehand. */
  size: number | null;
  /** Why the stream ended with an error, if it is not the reader's fault. */
  readonly failure: ServiceError | null;
  /** SHA-256 of the whole file; reads it to the end where nobody has. @throws ServiceError the failure */
  digest(): Promise<string>;
}
