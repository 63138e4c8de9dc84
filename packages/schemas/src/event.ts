import { z } from "zod";
import { contact } from "./contact.ts";
import { emailSummary, syncStatusOutput } from "./email.ts";
import { pageInput, pageOf, timestamp, uuid } from "./primitives.ts";

/**
 * What happened lately is kept as it was told, and a later release may tell more: its schema is what to expect, and
 * what does not fit is passed on as it stands.
 */
const told = <Data extends z.ZodType>(data: Data) => z.union([data, z.looseObject({})]) as unknown as Data;

const ofType = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({
    /** Rises within one user's feed. */
    id: z.string(),
    type: z.literal(type),
    occurredAt: timestamp,
    data,
  });

/** One thing that happened, as the live feed tells it. */
export const feedEvent = z.discriminatedUnion("type", [
  ofType("contact.added", told(contact)),
  ofType("contact.updated", told(contact)),
  ofType("contact.removed", told(contact)),
  ofType("email.received", told(emailSummary)),
  ofType("email.sent", told(emailSummary)),
  ofType("email.read", told(emailSummary)),
  ofType("sync.progress", told(syncStatusOutput)),
  ofType("sync.failed", told(syncStatusOutput)),
  ofType("session.revoked", z.object({ id: uuid })),
]);
export type FeedEvent = z.infer<typeof feedEvent>;
export type EventType = FeedEvent["type"];
/** What the events of a type carry. */
export type EventData<Type extends EventType> = Extract<FeedEvent, { type: Type }>["data"];

export const eventType = z.enum([
  "contact.added",
  "contact.updated",
  "contact.removed",
  "email.received",
  "email.sent",
  "email.read",
  "sync.progress",
  "sync.failed",
  "session.revoked",
] satisfies EventType[]);

/** An event's id; nothing or 0 stands for the oldest that is kept. */
const eventId = z.string().regex(/^\d{0,15}$/, "must be the id of an event");
const types = z.array(eventType).min(1).max(eventType.options.length);

export const listEventsInput = z.strictObject({
  /** The last event that was seen. */
  after: eventId.optional(),
  types: types.optional(),
  ...pageInput,
});
export const listEventsOutput = pageOf(feedEvent);

/** `lastEventId` is where tRPC's clients put it when they come back. */
export const streamEventsInput = z
  .strictObject({ after: eventId.optional(), lastEventId: eventId.nullish(), types: types.optional() })
  .optional();
