import type { Transaction } from "@crm/db";
import { inArray } from "drizzle-orm";
import { selectEmailSummaries } from "../emails/email-view.ts";
import { emitEvents } from "../events/emit-event.ts";
import type { FeedOwner } from "../events/wake-followers.ts";

/** Tells a user which messages were marked read or unread, here or by another mail program. */
export async function tellRead(tx: Transaction, owner: FeedOwner, emailIds: readonly string[]): Promise<void> {
  if (emailIds.length === 0) return;
  const summaries = await selectEmailSummaries(tx, owner, (email) => inArray(email.id, [...emailIds]));
  await emitEvents(tx, owner, summaries.map((data) => ({ type: "email.read" as const, data })).reverse());
}
