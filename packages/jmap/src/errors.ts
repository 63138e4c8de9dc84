/** The exchange itself failed: no answer, not in time, or more of it than is taken. */
export class JmapTransportError extends Error {
  override readonly name = "JmapTransportError";
  readonly kind: "network" | "timeout" | "too-large";
  /** False only where it is certain that the server never saw the request, because no connection was made. */
  readonly mayHaveArrived: boolean;

  constructor(
    message: string,
    options: { kind: JmapTransportError["kind"]; mayHaveArrived?: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.kind = options.kind;
    this.mayHaveArrived = options.mayHaveArrived ?? true;
  }
}

export type JmapHttpErrorKind =
  | "unauthorized"
  | "forbidden"
  | "rate-limited"
  | "not-found"
  | "unavailable"
  | "rejected";

/** The server answered with an HTTP status that is no success and says nothing of JMAP. */
export class JmapHttpError extends Error {
  override readonly name = "JmapHttpError";
  readonly kind: JmapHttpErrorKind;
  /** Seconds to wait, where the server named them. */
  readonly retryAfter: number | undefined;

  constructor(
    readonly status: number,
    retryAfter?: number,
  ) {
    const kind = httpErrorKind(status);
    super(`the mail server answered with HTTP ${status} (${kind})`);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

function httpErrorKind(status: number): JmapHttpErrorKind {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "not-found";
  if (status === 429) return "rate-limited";
  return status >= 500 ? "unavailable" : "rejected";
}

/** The whole request was refused, and no call of it was run (RFC 8620 §3.6.1). */
export class JmapRequestError extends Error {
  override readonly name = "JmapRequestError";
  /** A URN: `urn:ietf:params:jmap:error:` and one of unknownCapability, notJSON, notRequest, limit. */
  readonly type: string;
  /** With `…:limit`, the name of the limit. */
  readonly limit: string | undefined;

  constructor(type: string, options: { limit?: string | undefined; detail?: string | undefined } = {}) {
    const about = [options.limit, options.detail].filter(Boolean).join(": ");
    super(`the request was refused (${type})${about && `: ${about}`}`);
    this.type = type;
    this.limit = options.limit;
  }
}

/** One call of a request failed (RFC 8620 §3.6.2, and the errors of the method itself). */
export class JmapMethodError extends Error {
  override readonly name = "JmapMethodError";
  /** Such as `invalidArguments` or `cannotCalculateChanges`. */
  readonly type: string;
  readonly method: string;
  readonly callId: string;
  readonly description: string | undefined;

  constructor(
    type: string,
    options: { method: string; callId: string; description?: string | undefined; cause?: unknown },
  ) {
    super(`${options.method} failed (${type})${options.description ? `: ${options.description}` : ""}`, {
      cause: options.cause,
    });
    this.type = type;
    this.method = options.method;
    this.callId = options.callId;
    this.description = options.description;
  }
}

/** One object of a /set or /import could not be created, updated or destroyed (RFC 8620 §5.3). */
export class JmapSetError extends Error {
  override readonly name = "JmapSetError";
  /** Such as `notFound`, `invalidProperties`, `forbiddenToSend`. */
  readonly type: string;
  /** The object's id; for what was to be created, its creation id. */
  readonly id: string;
  readonly operation: "create" | "update" | "destroy";
  /** The names of the properties that are wrong. */
  readonly properties: readonly string[] | undefined;
  readonly description: string | undefined;
  /** With `blobNotFound`, the ids of the blobs (RFC 8621 §4.6). */
  readonly notFound: readonly string[] | undefined;

  constructor(
    type: string,
    options: {
      id: string;
      operation: JmapSetError["operation"];
      properties?: readonly string[] | null | undefined;
      description?: string | null | undefined;
      notFound?: readonly string[] | undefined;
    },
  ) {
    const about = options.description ?? options.properties?.join(", ");
    super(`could not ${options.operation} ${options.id} (${type})${about ? `: ${about}` : ""}`);
    this.type = type;
    this.id = options.id;
    this.operation = options.operation;
    this.properties = options.properties ?? undefined;
    this.description = options.description ?? undefined;
    this.notFound = options.notFound;
  }
}

/** What came is not JMAP, or not an answer to what was asked: bad JSON, wrong shapes, answers missing, foreign URLs. */
export class JmapProtocolError extends Error {
  override readonly name = "JmapProtocolError";
}
