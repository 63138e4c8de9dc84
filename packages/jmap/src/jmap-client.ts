import type { JmapResponses } from "./jmap-responses.ts";
import type { JmapSession, Limits } from "./session.ts";

export type Auth = { type: "basic"; username: string; password: string } | { type: "bearer"; token: string };

export interface ConnectOptions {
  /**
   * The session resource (RFC 8620 §2).
   * @example "https://mail.example.com/.well-known/jmap"
   */
  sessionUrl: string;
  auth: Auth;
  /**
   * Origins beside that of `sessionUrl` that credentials may be sent to.
   * @default []
   * @example ["https://api.mail.example.com"]
   */
  trustedOrigins?: readonly string[];
  /**
   * ms for one exchange, from its first byte to its last.
   * @default 30000
   */
  timeout?: number;
  /**
   * No more bytes than these are read of one answer, after decompression.
   * @default 67108864 (64 MiB)
   */
  maxResponseBytes?: number;
  /**
   * Requests at a time; never more than the server allows.
   * @default 4
   */
  concurrency?: number;
  /**
   * How often a failed exchange is repeated, where that is safe.
   * @default 2
   */
  retries?: number;
  /** @default globalThis.fetch */
  fetch?: typeof fetch;
  /** Ends the reading of the session. */
  signal?: AbortSignal;
}

/** A method call: name, arguments, call id (RFC 8620 §3.2). `accountId` is filled in where it is missing. */
export type Invocation = readonly [method: string, args: object, callId: string];

export interface RequestOptions {
  signal?: AbortSignal | undefined;
  /** ms; the client's by default. */
  timeout?: number | undefined;
  /**
   * Whether the request may be run twice.
   * @default true where every call only reads
   */
  retry?: boolean | undefined;
}

export interface UploadOptions {
  type: string;
  /** Bytes of a streamed body; needed to refuse in time what the server would not take. */
  size?: number;
  signal?: AbortSignal;
}

export interface UploadedBlob {
  blobId: string;
  type: string;
  size: number;
}

export interface DownloadOptions {
  /** The file name that the server puts into its answer. */
  name: string;
  type: string;
  /**
   * The body ends with an error beyond so many bytes.
   * @default 268435456 (256 MiB)
   */
  maxBytes?: number;
  signal?: AbortSignal;
}

export interface SubscribeOptions {
  /** Such as `["Email", "Mailbox"]`; `["*"]` for all. */
  types: readonly string[];
  /**
   * Seconds between signs of life that the server is asked for.
   * @default 30
   */
  ping?: number;
  /** Ends the subscription. */
  signal: AbortSignal;
  /** The new states of the client's account, by type name (RFC 8620 §7.1). */
  onState(changed: Record<string, string>): void;
  /** A connection stands, the first or a later one: what changed while there was none may have gone unheard. */
  onOpen?(): void;
  /** A connection failed or ended; another is made after `delay` ms. */
  onError?(error: unknown, delay: number): void;
}

/** A JMAP session with one mail account (RFC 8620, RFC 8621). */
export interface JmapClient {
  /** As read by `connect`; its URLs are absolute. */
  readonly session: JmapSession;
  /** The primary account for mail. */
  readonly accountId: string;
  readonly limits: Limits;
  /** True once an answer named another session state: connect anew when convenient (RFC 8620 §3.4). */
  readonly isSessionOutdated: boolean;

  /**
   * Runs calls in order, in one request (RFC 8620 §3.3).
   * @throws JmapTransportError, JmapHttpError, JmapRequestError (also before sending, for what is over the server's
   * limits), JmapProtocolError. A call that failed throws when its answer is asked for.
   */
  request(calls: readonly Invocation[], options?: RequestOptions): Promise<JmapResponses>;

  /** Uploads a blob (RFC 8620 §6.1). @throws JmapRequestError when it is larger than the server takes */
  upload(body: Uint8Array | ReadableStream<Uint8Array>, options: UploadOptions): Promise<UploadedBlob>;

  /** Downloads a blob (RFC 8620 §6.2). The body is streamed; it fails when the server grows too slow or sends too much. */
  download(blobId: string, options: DownloadOptions): Promise<Response>;

  /**
   * Listens for changes (RFC 8620 §7.3), connecting again whenever the connection ends.
   * @returns "stopped" after the signal, "no-push" when the server offers none
   * @throws JmapHttpError when the credentials are refused
   */
  subscribe(options: SubscribeOptions): Promise<"stopped" | "no-push">;
}
