import { ERROR_CODES, type ErrorCode, type ErrorDetail } from "@crm/schemas";

export interface ServiceErrorOptions {
  /** A sentence for a person; the code's own by default. */
  message?: string;
  details?: readonly ErrorDetail[];
  /** Seconds after which trying again makes sense. */
  retryAfter?: number;
  cause?: unknown;
}

/** The one error that services throw on purpose. Everything else is a fault of ours and answers 500. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: ErrorCode,
    options: ServiceErrorOptions = {},
  ) {
    super(options.message ?? ERROR_CODES[code].message, { cause: options.cause });
    this.details = options.details;
    this.retryAfter = options.retryAfter;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}
