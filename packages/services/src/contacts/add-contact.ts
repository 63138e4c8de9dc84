import { contacts, correspondents, type Transaction } from "@crm/db";
import type { Contact } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { violatedUniqueIndex } from "../database-errors.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { emitEvents } from "../events/emit-event.ts";
import { findOwnMailAccount, type MailAccountRow, mirrorOf } from "../mail/mail-account.ts";
import { lockMirror } from "../mail/sync/lease.ts";
import { linkContacts } from "../mail/sync/link-contacts.ts";
import { queueForMirror } from "../mail/sync/queue-for-mirror.ts";
import { recountThreadsOf } from "../mail/sync/recount-threads.ts";
import { startSync } from "../mail/sync/start-sync.ts";
import { awaitContactMail, type ContactSync } from "./await-contact-mail.ts";
import { type ContactRow, getContactRow, toContact } from "./own-contact.ts";

export interface AddContactInput {
  email: string;
  name?: string | null | undefined;
  notes?: string | null | undefined;
  tags?: string[] | undefined;
}

/**
 * Adds a contact, and with it all mail that the address is in. What takes longer than a short wait goes on in the
 * background. Without a name, the one that the address uses in its mail is taken.
 * @throws ServiceError CONTACT_EXISTS
 */
export async function addContact(
  dependencies: Dependencies,
  actor: Actor,
  input: AddContactInput,
): Promise<{ contact: Contact; sync: ContactSync }> {
  const { contact, account } = await insertContact(dependencies, actor, input);
  if (!account) return { contact: toContact(contact), sync: { status: "none", synced: 0 } };
  startSync(dependencies, account);
  const sync = await awaitContactMail(dependencies, account, contact);
  return { contact: toContact(await getContactRow(dependencies.db, actor, contact.id)), sync };
}

async function insertContact({ db }: Dependencies, actor: Actor, input: AddContactInput) {
  const { organizationId, userId, username } = actor;
  try {
    return await db.transaction(async (tx) => {
      const account = await findOwnMailAccount(tx, actor);
      if (account) await lockMirror(tx, mirrorOf(account));
      const [contact] = await tx
        .insert(contacts)
        .values({
          organizationId,
          userId,
          email: input.email,
          name: input.name === undefined ? await knownName(tx, account, input.email) : input.name,
          notes: input.notes ?? null,
          tags: [...new Set(input.tags ?? [])],
        })
        .returning();
      if (!contact) throw new Error("the contact was not inserted");
      if (account) await takeMail(tx, account, contact);
      const { email, name, notes, tags } = contact;
      await recordAudit(tx, actor, {
        organizationId,
        userId,
        username,
        action: "contact.add",
        resource: "contact",
        resourceId: contact.id,
        newValue: { email, name, notes, tags },
      });
      await emitEvents(tx, actor, [{ type: "contact.added", data: toContact(contact) }]);
      return { contact, account };
    });
  } catch (error) {
    if (violatedUniqueIndex(error) === "contacts_email_key") throw new ServiceError("CONTACT_EXISTS");
    throw error;
  }
}

/** Mail shared with another contact is here already; the rest is fetched by the sync. */
async function takeMail(tx: Transaction, account: MailAccountRow, contact: ContactRow): Promise<void> {
  const mirror = mirrorOf(account);
  const { rows } = await tx.execute<{ jmap_id: string; email_id: string | null }>(sql`
    SELECT p.jmap_id, e.id AS email_id
    FROM mailbox_people p
    LEFT JOIN emails e ON e.organization_id = p.organization_id AND e.mail_account_id = p.mail_account_id
                      AND e.jmap_id = p.jmap_id
    WHERE p.organization_id = ${mirror.organizationId} AND p.mail_account_id = ${mirror.mailAccountId}
      AND p.address = ${contact.email.toLowerCase()}`);
  const shared = rows.flatMap((row) => row.email_id ?? []);
  await linkContacts(
    tx,
    mirror,
    shared.map((emailId) => ({ contactId: contact.id, emailId })),
  );
  await recountThreadsOf(tx, mirror, shared);
  const missing = rows.filter((row) => row.email_id === null).map((row) => row.jmap_id);
  await queueForMirror(tx, mirror, missing, false);
}

async function knownName(tx: Transaction, account: MailAccountRow | null, email: string): Promise<string | null> {
  if (!account) return null;
  const [known] = await tx
    .select({ name: correspondents.name })
    .from(correspondents)
    .where(
      and(
        eq(correspondents.organizationId, account.organizationId),
        eq(correspondents.mailAccountId, account.id),
        eq(correspondents.address, email.toLowerCase()),
      ),
    );
  return known?.name ?? null;
}
