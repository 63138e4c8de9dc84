import type { Transaction } from "@crm/db";
import { emitEvents } from "../events/emit-event.ts";
import type { FeedOwner } from "../events/wake-followers.ts";

/** Tells a user which sessions were taken from them, rather than signed out. Last in a transaction, as all events. */
export const tellRevoked = (tx: Transaction, owner: FeedOwner, sessionIds: readonly string[]): Promise<void> =>
  emitEvents(
    tx,
    owner,
    sessionIds.map((id) => ({ type: "session.revoked" as const, data: { id } })),
  );
