import type { ErrorCode, ErrorDetail } from "./server-types.ts";

/** What can go wrong before the server's answer is there, or with an answer that is none of its own. */
export type ClientErrorCode = "NETWORK_ERROR" | "TIMEOUT" | "INVALID_RESPONSE";

/**
 * A machine-readable reason: one of the server's, or one of the client's own. A code never changes its meaning, and a newer
 * server may know more of them.
 * @example
 * ```ts
 * const comeBackLater: CrmErrorCode[] = ["RATE_LIMITED", "OVERLOADED", "NETWORK_ERROR", "TIMEOUT"];
 * ```
 */
export type CrmErrorCode = ErrorCode | ClientErrorCode;

/**
 * What is known of an error beside its code and message.
 * @example
 * ```ts
 * const refusal = new CrmError("VALIDATION_ERROR", "The request is not valid.", {
 *   status: 400,
 *   details: [{ path: "email", message: "must be an e-mail address" }],
 * });
 * ```
 */
export interface CrmErrorOptions {
  /** HTTP status. @default null */
  status?: number | null | undefined;
  /** Which fields of the input were wrong. @default none */
  details?: readonly ErrorDetail[] | undefined;
  /** By which the request is found in the server's log. @default null */
  requestId?: string | null | undefined;
  /** Seconds. @default null */
  retryAfter?: number | null | undefined;
  /** What it came of. */
  cause?: unknown;
}

/**
 * What every call rejects with, except for one that its own `signal` aborted: that rejects with the signal's reason.
 * @example
 * ```ts
 * try {
 *   await crm.contacts.add({ email: "eva@example" });
 * } catch (error) {
 *   if (!isCrmError(error)) throw error;
 *   console.error(error.code, error.message, error.requestId);
 *   for (const { path, message } of error.details) console.error(path, message);
 * }
 * ```
 */
export class CrmError extends Error {
  /** By which `isCrmError` knows it, also across copies of this package. */
  override readonly name = "CrmError";
  /** The reason, for programs; `message` is for people. */
  readonly code: CrmErrorCode;
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  /** Which fields of the input were wrong, for VALIDATION_ERROR. */
  readonly details: readonly ErrorDetail[];
  /** By which whoever runs the server finds the request in the log. */
  readonly requestId: string | null;
  /** Seconds after which trying again makes sense, where the server said so. */
  readonly retryAfter: number | null;

  constructor(code: CrmErrorCode, message: string, options: CrmErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? null;
    this.details = options.details ?? [];
    this.requestId = options.requestId ?? null;
    this.retryAfter = options.retryAfter ?? null;
  }
}

/**
 * Whether something is a `CrmError`, and has one of the codes if any are given. Also across copies of this package.
 * @example
 * ```ts
 * if (isCrmError(error, "RATE_LIMITED", "OVERLOADED")) console.log(`again in ${error.retryAfter ?? 1} seconds`);
 * ```
 */
export function isCrmError(error: unknown, ...codes: CrmErrorCode[]): error is CrmError {
  if (!(error instanceof Error) || error.name !== "CrmError" || !("code" in error)) return false;
  return codes.length === 0 || codes.includes(error.code as CrmErrorCode);
}
