import { copyInto, emails, runPrepared, type Transaction } from "@crm/db";
import { inArray } from "drizzle-orm";
import { selectEmailSummaries } from "../../emails/email-view.ts";
import { emitEvents } from "../../events/emit-event.ts";
import { queueForSearch } from "../search/queue-for-search.ts";
import { addToThreads } from "./add-to-threads.ts";
import { countUnreadMail } from "./count-unread-mail.ts";
import { findContacts } from "./find-contacts.ts";
import type { MirrorKey } from "./lease.ts";
import { linkNewMail } from "./link-new-mail.ts";
import type { MessageRow, ReadMessage } from "./message.ts";

/**
 * Stores messages of contacts, and tells the live feed of those that are `news` (JMAP ids). A message whose contacts
 * are gone by now, or that is here already, is passed over. The mirror has to be locked (`lease.transaction`,
 * `lockMirror`).
 *
 * @returns the ids of the messages stored
 */
export async function storeMessages(
  tx: Transaction,
  mirror: MirrorKey,
  messages: readonly ReadMessage[],
  news: ReadonlySet<string>,
): Promise<string[]> {
  if (messages.length === 0) return [];
  const contacts = await findContacts(
    tx,
    mirror,
    messages.flatMap(({ addresses }) => addresses),
  );
  const wanted = messages.flatMap(({ row, addresses }) => {
    const contactIds = [...new Set(addresses.flatMap((address) => contacts.get(address) ?? []))];
    return contactIds.length === 0 ? [] : [{ row, contactIds }];
  });
  const added = await withoutStored(tx, mirror, wanted);
  if (added.length === 0) return [];
  const { organizationId, userId, mailAccountId } = mirror;
  await copyInto(
    tx,
    emails,
    { organizationId, userId, mailAccountId },
    added.map(({ row }) => row),
  );
  await countUnreadMail(tx, mirror, added.filter(({ row }) => !row.isRead).length);
  await linkNewMail(tx, mirror, added);
  await addToThreads(tx, mirror, added);
  await queueForSearch(
    tx,
    mirror,
    added.map(({ row }) => row.id),
  );
  await tellNews(
    tx,
    mirror,
    added.filter(({ row }) => news.has(row.jmapId)).map(({ row }) => row.id),
  );
  return added.map(({ row }) => row.id);
}

const FIND_STORED = `
  SELECT jmap_id FROM emails WHERE organization_id = $1 AND mail_account_id = $2 AND jmap_id = ANY ($3::text[])`;

/** Those that are not in the mirror yet, each once. */
async function withoutStored<Message extends { row: MessageRow }>(
  tx: Transaction,
  { organizationId, mailAccountId }: MirrorKey,
  messages: readonly Message[],
): Promise<Message[]> {
  const byJmapId = new Map(messages.map((message) => [message.row.jmapId, message]));
  if (byJmapId.size === 0) return [];
  const values = [organizationId, mailAccountId, [...byJmapId.keys()]];
  const stored = await runPrepared<{ jmap_id: string }>(tx, { name: "find_stored", text: FIND_STORED, values });
  for (const { jmap_id } of stored) byJmapId.delete(jmap_id);
  return [...byJmapId.values()];
}

async function tellNews(tx: Transaction, mirror: MirrorKey, emailIds: readonly string[]): Promise<void> {
  if (emailIds.length === 0) return;
  const summaries = await selectEmailSummaries(tx, mirror, (email) => inArray(email.id, [...emailIds]));
  await emitEvents(
    tx,
    mirror,
    // As they came in, the oldest first.
    summaries
      .map((data) => ({
        type: data.direction === "outbound" ? ("email.sent" as const) : ("email.received" as const),
        data,
      }))
      .reverse(),
  );
}
