/** What the live feed can say. */
export const EVENT_TYPES = [
  "contact.added",
  "contact.updated",
  "contact.removed",
  "email.received",
  "email.sent",
  "email.read",
  "sync.progress",
  "sync.failed",
  "session.revoked",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];
