import { contacts, emailContacts, type Transaction } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { emitEvents } from "../events/emit-event.ts";
import { findOwnMailAccount, type MailAccountRow, mirrorOf } from "../mail/mail-account.ts";
import { lockMirror } from "../mail/sync/lease.ts";
import { recountThreadsOf } from "../mail/sync/recount-threads.ts";
import { removeEmails } from "../mail/sync/remove-emails.ts";
import { contactNotFound, ownContact, toContact } from "./own-contact.ts";

/**
 * Removes a contact. Mail that no other contact shares goes from here with it, never from the mail server.
 * @throws ServiceError NOT_FOUND
 */
export async function removeContact(
  { db }: Dependencies,
  actor: Actor,
  { id }: { id: string },
): Promise<{ id: string }> {
  const { organizationId, userId, username } = actor;
  await db.transaction(async (tx) => {
    const account = await findOwnMailAccount(tx, actor);
    if (account) await lockMirror(tx, mirrorOf(account));
    const [contact] = await tx.select().from(contacts).where(ownContact(actor, id)).for("update");
    if (!contact) throw contactNotFound();
    if (account) await letGoOfMail(tx, account, id);
    await tx.delete(contacts).where(ownContact(actor, id));
    const { email, name, notes, tags } = contact;
    await recordAudit(tx, actor, {
      organizationId,
      userId,
      username,
      action: "contact.remove",
      resource: "contact",
      resourceId: id,
      oldValue: { email, name, notes, tags },
    });
    await emitEvents(tx, actor, [{ type: "contact.removed", data: toContact(contact) }]);
  });
  return { id };
}

async function letGoOfMail(tx: Transaction, account: MailAccountRow, contactId: string): Promise<void> {
  const mirror = mirrorOf(account);
  const links = await tx
    .select({
      emailId: emailContacts.emailId,
      shared: sql<boolean>`EXISTS (SELECT FROM email_contacts other
        WHERE other.organization_id = email_contacts.organization_id AND other.email_id = email_contacts.email_id
          AND other.contact_id <> ${contactId})`,
    })
    .from(emailContacts)
    .where(and(eq(emailContacts.organizationId, account.organizationId), eq(emailContacts.contactId, contactId)));
  const idsWhere = (shared: boolean) => links.filter((link) => link.shared === shared).map(({ emailId }) => emailId);
  await removeEmails(tx, mirror, { emailIds: idsWhere(false) });
  await tx
    .delete(emailContacts)
    .where(and(eq(emailContacts.organizationId, account.organizationId), eq(emailContacts.contactId, contactId)));
  await recountThreadsOf(tx, mirror, idsWhere(true));
  await forgetQueued(tx, account, contactId);
}

/** What is still queued for this contact alone is not wanted any more. */
async function forgetQueued(tx: Transaction, account: MailAccountRow, contactId: string): Promise<void> {
  await tx.execute(sql`
    DELETE FROM mirror_queue q
    WHERE q.organization_id = ${account.organizationId} AND q.mail_account_id = ${account.id}
      AND NOT EXISTS (
        SELECT FROM mailbox_people p
        JOIN contacts c ON c.organization_id = p.organization_id AND c.user_id = ${account.userId}
                       AND lower(c.email) = p.address AND c.id <> ${contactId}
        WHERE p.organization_id = q.organization_id AND p.mail_account_id = q.mail_account_id AND p.jmap_id = q.jmap_id)`);
}
