import type { ErrorCode, ErrorDetail } from "./server-types.ts";

/** What can go wrong before the server's answer is there, or with an answer that is none of its own. */
export type ClientErrorCode = "NETWORK_ERROR" | "TIMEOUT" | "INVALID_RESPONSE";

/** A machine-readable reason: one of the server's, or one of the client's own. */
export type CrmErrorCode = ErrorCode | ClientErrorCode;

/** What is known of an error beside its code and message. */
export interface CrmErrorOptions {
  status?: number | null | undefined;
  details?: readonly ErrorDetail[] | undefined;
  requestId?: string | null | undefined;
  retryAfter?: number | null | undefined;
  cause?: unknown;
}

/**
 * What every call rejects with, except for one that its own `signal` aborted: that rejects with the signal's reason.
 * @example
 * try { await crm.contacts.add({ email }) }
 * catch (error) { if (!isCrmError(error, "CONTACT_EXISTS")) throw error }
 */
export class CrmError extends Error {
  override readonly name = "CrmError";
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
 * @example if (isCrmError(error, "RATE_LIMITED", "OVERLOADED")) await sleep(error.retryAfter ?? 1);
 */
export function isCrmError(error: unknown, ...codes: CrmErrorCode[]): error is CrmError {
  if (!(error instanceof Error) || error.name !== "CrmError" || !("code" in error)) return false;
  return codes.length === 0 || codes.includes(error.code as CrmErrorCode);
}
