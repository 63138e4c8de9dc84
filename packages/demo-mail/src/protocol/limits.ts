/** The limits that the session announces and the server enforces (RFC 8620 §2, RFC 8621 §1.3.1). */
export interface Limits {
  maxSizeUpload: number;
  maxConcurrentUpload: number;
  maxSizeRequest: number;
  maxConcurrentRequests: number;
  maxCallsInRequest: number;
  maxObjectsInGet: number;
  maxObjectsInSet: number;
  /** Octets of all attachments of a message, before their encoding. */
  maxSizeAttachmentsPerEmail: number;
}

/** What the usual production servers allow, so that a client that gets along here gets along there. */
export const DEFAULT_LIMITS: Limits = {
  maxSizeUpload: 50_000_000,
  maxConcurrentUpload: 4,
  maxSizeRequest: 10_000_000,
  maxConcurrentRequests: 4,
  maxCallsInRequest: 16,
  maxObjectsInGet: 500,
  maxObjectsInSet: 500,
  maxSizeAttachmentsPerEmail: 50_000_000,
};
