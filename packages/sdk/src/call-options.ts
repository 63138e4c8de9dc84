/** What every call takes last. */
export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds an attempt may take. @default the client's */
  timeout?: number | undefined;
  /** By which the server knows a repeated write; made by itself for each call. Give the same one to repeat a call. */
  idempotencyKey?: string | undefined;
}
