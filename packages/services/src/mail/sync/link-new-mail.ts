import { copyInto, emailContacts, runPrepared, type Transaction } from "@crm/db";
import type { MirrorKey } from "./lease.ts";
import type { MessageRow } from "./message.ts";

/** A message that has just been stored, with the contacts it is of. */
export interface NewMail {
  row: Pick<MessageRow, "id" | "isRead" | "receivedAt">;
  contactIds: readonly string[];
}

const COUNT = `
  UPDATE contacts c
  SET email_count = c.email_count + r.emails, unread_count = c.unread_count + r.unread,
      last_email_at = greatest(c.last_email_at, r.last_at)
  FROM json_to_recordset($2) AS r (contact_id uuid, emails int, unread int, last_at timestamptz)
  WHERE c.organization_id = $1 AND c.id = r.contact_id`;

/** Links new messages with their contacts, and counts them in there; `settleContactMail` for mail that was there before. */
export async function linkNewMail(
  tx: Transaction,
  { organizationId }: MirrorKey,
  mail: readonly NewMail[],
): Promise<void> {
  const links = mail.flatMap(({ row: { id: emailId, isRead, receivedAt }, contactIds }) =>
    contactIds.map((contactId) => ({ contactId, emailId, isRead, receivedAt })),
  );
  await copyInto(
    tx,
    emailContacts,
    { organizationId },
    links.map(({ contactId, emailId, receivedAt }) => ({ contactId, emailId, receivedAt })),
  );
  const values = [organizationId, JSON.stringify(countByContact(links))];
  await runPrepared(tx, { name: "count_mail", text: COUNT, values });
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
