/**
 * Every error a caller can meet: its HTTP status, and the sentence a person reads when nothing more exact is known.
 * A code never changes its meaning; new ones are added.
 */
export const ERROR_CODES = {
  VALIDATION_ERROR: { status: 400, message: "The request is not valid." },
  UNAUTHORIZED: { status: 401, message: "Please sign in." },
  INVALID_CREDENTIALS: { status: 401, message: "The username or the password is wrong." },
  TOKEN_UNVERIFIED: {
    status: 401,
    message: "Whether this token was logged out cannot be told right now. Please try again in a moment.",
  },
  TOTP_REQUIRED: { status: 401, message: "A code from the authenticator app is needed." },
  FORBIDDEN: { status: 403, message: "This is not allowed for your account." },
  PASSWORD_CHANGE_REQUIRED: { status: 403, message: "Choose your own password first." },
  ORIGIN_NOT_ALLOWED: { status: 403, message: "Requests from this web page's origin are not allowed." },
  NOT_FOUND: { status: 404, message: "Not found." },
  METHOD_NOT_ALLOWED: { status: 405, message: "This address does not know that method." },
  CONFLICT: { status: 409, message: "This conflicts with something that is there already." },
  USERNAME_TAKEN: { status: 409, message: "This username is taken." },
  EMAIL_TAKEN: { status: 409, message: "This e-mail address is taken." },
  LAST_ADMIN: { status: 409, message: "The last administrator has to stay one." },
  REFRESH_RACED: { status: 409, message: "Another request has just refreshed this session." },
  CONTACT_EXISTS: { status: 409, message: "This address is among your contacts already." },
  MAILBOX_NOT_LINKED: { status: 409, message: "Link a mail account first." },
  IDEMPOTENCY_IN_PROGRESS: { status: 409, message: "A request with this idempotency key is still running." },
  IDEMPOTENCY_KEY_REUSED: { status: 409, message: "This idempotency key was used for another request." },
  PAYLOAD_TOO_LARGE: { status: 413, message: "The request is too large." },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: "Only application/json is accepted here." },
  UNPROCESSABLE: { status: 422, message: "This cannot be done." },
  WRONG_PASSWORD: { status: 422, message: "The current password is wrong." },
  WRONG_CODE: { status: 422, message: "This code is wrong or no longer valid." },
  INVALID_TOKEN: { status: 422, message: "This link is no longer valid. Please ask for a new one." },
  MAILBOX_AUTH_FAILED: { status: 422, message: "The mail server refused this address and password." },
  MAIL_DOMAIN_NOT_ALLOWED: { status: 422, message: "Mail accounts of this domain cannot be linked here." },
  MAIL_NOT_CONFIGURED: { status: 422, message: "This installation cannot send mail of its own." },
  MAIL_REJECTED: { status: 422, message: "The mail server refused the message." },
  EVENTS_EXPIRED: {
    status: 422,
    message: "Not everything that happened since then is kept. Read anew what you show, and go on without `after`.",
  },
  RATE_LIMITED: { status: 429, message: "Too many requests. Please wait a moment." },
  INTERNAL_ERROR: { status: 500, message: "Something went wrong on our side." },
  MAIL_SERVER_UNAVAILABLE: { status: 502, message: "The mail server cannot be reached right now." },
  OVERLOADED: { status: 503, message: "The server is busy. Please try again in a moment." },
} as const satisfies Record<string, { status: number; message: string }>;

/** A machine-readable reason for a failure. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** One field of the input that was wrong, as a dotted path. */
export interface ErrorDetail {
  path: string;
  message: string;
}
