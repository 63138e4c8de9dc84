/**
 * What every call takes last.
 * @example
 * ```ts
 * await crm.contacts.list({ search: "novak" }, { signal: AbortSignal.timeout(2_000) });
 * await crm.auth.me({ timeout: 5_000 }); // takes no input
 * ```
 */
export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds an attempt may take; no call that ran into it is repeated. @default the client's */
  timeout?: number | undefined;
  /** By which the server knows a repeated write; made by itself for each call. Give the same one to repeat a call. */
  idempotencyKey?: string | undefined;
}
