import { read } from "./kinds.ts";

export const events = {
  /**
   * What has happened since the event `after`, the oldest first; without it, all that is kept, a month. It is what `subscribe`
   * tells as it happens.
   * @throws EVENTS_EXPIRED when what followed `after` is not all kept any more: read anew what you show
   * @example
   * ```ts
   * for await (const { id, type, occurredAt } of crm.events.list.all({ after: "17", types: ["email.received"] })) {
   *   console.log(id, type, occurredAt);
   * }
   * ```
   */
  list: read,
} as const;
