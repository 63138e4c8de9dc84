import type { Tokens } from "@crm/schemas";
import type {
  Actor,
  Administrator,
  Caller,
  Dependencies,
  FileStream,
  FileUpload,
  LimitStatus,
  ProfileActor,
  ServiceError,
} from "@crm/services";

/** Where tokens come from and go to besides the body; over HTTP, the cookies. */
export interface Credentials {
  /** The refresh token that came along, if any. */
  refreshToken: string | null;
  setTokens(tokens: Tokens): void;
  clearTokens(): void;
}

/** An answer without end, for whoever carries it. */
export interface OpenStream {
  /** The id of the last event that was handed out or passed over. */
  readonly position: string;
  /** Aborted when it is over: the connection is not to outlive that by long, however slow its reader is. */
  readonly ended: AbortSignal;
}

/** What every procedure gets; made once a request, by whatever carries it. */
export interface ApiContext {
  dependencies: Dependencies;
  caller: Caller;
  /** Who is signed in, or null. */
  actor: Actor | null;
  /** The customer of the shop who is signed in, or null. */
  profile: ProfileActor | null;
  /** Why it cannot be told whether one is; null where it can. */
  profileUnknown: ServiceError | null;
  /** Whoever runs the installation, calling from within the process: an admin without an account, whom no limit holds. */
  operator?: Administrator;
  /** Who that is by now, for what goes on for long. */
  reauthenticate(): Promise<Actor | null>;
  credentials: Credentials;
  /** The request's body, where that is a file which is passed on as it comes. */
  upload: FileUpload | null;
  /** Takes an answer that is a file, piece by piece; null where the answer has to hold all of it. */
  sendFile: ((file: FileStream) => void) | null;
  /** As it was sent; checked where it is used. */
  idempotencyKey: string | null;
  /** Called when the answer is an earlier one, given again. */
  onReplay(): void;
  /** Called when the answer is a stream, before anything of it is read. */
  onStream(stream: OpenStream): void;
  /** Called with each limit that a call was counted for, or refused by. */
  onLimit(limit: LimitStatus): void;
}
