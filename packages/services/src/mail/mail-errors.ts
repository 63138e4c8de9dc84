import {
  JmapHttpError,
  JmapMethodError,
  JmapProtocolError,
  JmapRequestError,
  JmapSetError,
  JmapTransportError,
} from "@crm/jmap";
import { ServiceError } from "../errors.ts";

/** What went wrong with the mail server: a code, and a sentence with what to do. */
export interface MailFailure {
  code:
    | "MAILBOX_AUTH_FAILED"
    | "MAIL_DOMAIN_NOT_ALLOWED"
    | "MAIL_SERVER_UNAVAILABLE"
    | "MAIL_SERVER_BUSY"
    | "MAIL_SERVER_ERROR";
  message: string;
}

/** Puts a failure of the mail server into words. Null for what is not its fault. */
export function describeMailFailure(error: unknown): MailFailure | null {
  if (error instanceof JmapHttpError) {
    if (error.kind === "unauthorized") {
      const message = "The mail server refuses the stored password. Link the mail account again with the present one.";
      return { code: "MAILBOX_AUTH_FAILED", message };
    }
    if (error.kind === "rate-limited") {
      return {
        code: "MAIL_SERVER_BUSY",
        message: "The mail server asks us to slow down. It is tried again by itself.",
      };
    }
    const message = `The mail server answered with an error (HTTP ${error.status}). It is tried again by itself.`;
    return { code: "MAIL_SERVER_UNAVAILABLE", message };
  }
  if (error instanceof JmapTransportError) {
    const message =
      error.kind === "timeout"
        ? "The mail server took too long to answer. It is tried again by itself."
        : "The mail server cannot be reached. It is tried again by itself; if this lasts, ask whoever runs it.";
    return { code: "MAIL_SERVER_UNAVAILABLE", message };
  }
  if (
    error instanceof JmapRequestError ||
    error instanceof JmapMethodError ||
    error instanceof JmapSetError ||
    error instanceof JmapProtocolError
  ) {
    const message = "The mail server gave an answer that could not be used. It is tried again by itself.";
    return { code: "MAIL_SERVER_ERROR", message };
  }
  if (error instanceof ServiceError && error.code === "MAIL_DOMAIN_NOT_ALLOWED") {
    const message = "No mail server is set up for the domain of this address any more. Ask whoever runs this CRM.";
    return { code: "MAIL_DOMAIN_NOT_ALLOWED", message };
  }
  // A stored password that cannot be read.
  if (error instanceof ServiceError && error.code === "MAILBOX_AUTH_FAILED") {
    return { code: error.code, message: error.message };
  }
  return null;
}

/** The same for the caller of an API: refused credentials are 422, everything else of the mail server is 502. */
export function toServiceError(error: unknown): unknown {
  const failure = describeMailFailure(error);
  if (!failure || error instanceof ServiceError) return error;
  const { code, message } = failure;
  // What else fails is not tried again by itself, as a sync is.
  return code === "MAILBOX_AUTH_FAILED"
    ? new ServiceError(code, { message, cause: error })
    : new ServiceError("MAIL_SERVER_UNAVAILABLE", { cause: error });
}
