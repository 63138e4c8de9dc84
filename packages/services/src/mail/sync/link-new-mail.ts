import { copyInto, emailContacts, type Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import { rowsAs } from "../../rows.ts";
import type { MirrorKey } from "./lease.ts";
import type { MessageRow } from "./message.ts";

/** A message that has just been stored, with the contacts it is of. */
export interface NewMail {
  row: Pick<MessageRow, "id" | "isRead" | "receivedAt">;
  contactIds: readonly string[];
}

/** Links new messages with their contacts, and counts them in there; `settleContactMail` for mail that was there before. */
export async function linkNewMail(
  tx: Transaction,
  { organizationId }: MirrorKey,
  mail: readonly NewMail[],
): Promise<void> {
  const links = mail.flatMap(({ row, contactIds }) => contactIds.map((contactId) => ({ ...row, contactId })));
  await copyInto(
    tx,
    emailContacts,
    links.map(({ contactId, id: emailId, receivedAt }) => ({ organizationId, contactId, emailId, receivedAt })),
  );
  await tx.execute(sql`
    UPDATE contacts c
    SET email_count = c.email_count + r.emails, unread_count = c.unread_count + r.unread,
        last_email_at = greatest(c.last_email_at, r.last_at)
    FROM ${rowsAs(countByContact(links), "contact_id uuid, emails int, unread int, last_at timestamptz")}
    WHERE c.organization_id = ${organizationId} AND c.id = r.contact_id`);
}

function countByContact(links: readonly { contactId: string; isRead: boolean; receivedAt: string }[]) {
  const counts = new Map<string, { contact_id: string; emails: number; unread: number; last_at: string }>();
  for (const { contactId, isRead, receivedAt } of links) {
    const count = counts.get(contactId) ?? { contact_id: contactId, emails: 0, unread: 0, last_at: receivedAt };
    count.emails += 1;
    count.unread += isRead ? 0 : 1;
    if (receivedAt > count.last_at) count.last_at = receivedAt;
    counts.set(contactId, count);
  }
  return [...counts.values()];
}
