import { listEventsInput, listEventsOutput, streamEventsInput } from "@crm/schemas";
import { EventStream, listEvents, type StreamedEvent } from "@crm/services";
import { type TrackedEnvelope, tracked } from "@trpc/server";
import { z } from "zod";
import { protectedProcedure } from "../procedures.ts";

type Tracked = AsyncIterable<TrackedEnvelope<StreamedEvent>>;

/** An API key with one of them is told what that one lets it see. */
const scope = ["contacts:read", "emails:read"] as const;

export const eventsRouter = {
  list: protectedProcedure
    .meta({
      scope,
      openapi: {
        method: "GET",
        path: "/api/events",
        tags: ["Events"],
        summary: "What has happened since an event, the oldest first",
        description:
          "A page of JSON where `after`, `cursor` or `limit` is given, or where `Accept` asks for JSON. Otherwise the " +
          "same as an endless stream of server-sent events: `id`, `event` (the type), and `data`, from now on or from " +
          "what follows `Last-Event-ID`. An event `reset` says that some of that is not kept any more. It ends with " +
          "the session.",
      },
      otherTypes: ["text/event-stream"],
      errors: ["EVENTS_EXPIRED"],
    })
    .input(listEventsInput)
    .output(listEventsOutput)
    .query(({ ctx, input }) => listEvents(ctx.dependencies, ctx.actor, input)),

  stream: protectedProcedure
    .meta({ scope })
    .input(streamEventsInput)
    // A stream cannot be checked beforehand; what is in it was checked by the compiler where it was written.
    .output(z.custom<Tracked>((value) => typeof value === "object" && value !== null && Symbol.asyncIterator in value))
    .subscription(async ({ ctx, input, signal }) => {
      const stream = await EventStream.open(ctx.dependencies, ctx.actor, {
        after: input?.lastEventId ?? input?.after,
        types: input?.types,
        reauthenticate: ctx.reauthenticate,
        signal: signal ?? new AbortController().signal,
      });
      ctx.onStream(stream);
      return track(stream);
    }),
};

async function* track(events: AsyncIterable<StreamedEvent>): AsyncGenerator<TrackedEnvelope<StreamedEvent>> {
  for await (const event of events) yield tracked(event.id, event);
}
