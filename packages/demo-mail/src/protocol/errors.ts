/** Fails one method call (RFC 8620 §3.6.2); the calls around it go on. */
export class MethodError extends Error {
  override readonly name = "MethodError";
  constructor(
    readonly type: string,
    description?: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(description ?? type);
  }
}

/** Fails one object of a /set or import (RFC 8620 §5.3). */
export class SetError extends Error {
  override readonly name = "SetError";
  constructor(
    readonly type: string,
    readonly details: { description?: string; properties?: string[]; [extra: string]: unknown } = {},
  ) {
    super(details.description ?? type);
  }

  toJSON(): Record<string, unknown> {
    return { type: this.type, ...this.details };
  }
}

/** Fails the HTTP request as problem details (RFC 8620 §3.6.1, RFC 7807). */
export class RequestError extends Error {
  override readonly name = "RequestError";
  constructor(
    readonly type: "unknownCapability" | "notJSON" | "notRequest" | "limit" | null,
    readonly status: number,
    detail: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}
