import { contacts, correspondents, type Transaction } from "@crm/db";
import type { Contact } from "@crm/schemas";
import { and, eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { violatedUniqueIndex } from "../database-errors.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { emitEvents } from "../events/emit-event.ts";
import { changeMirror } from "../mail/change-mirror.ts";
import { type MailAccountRow, mirrorOf } from "../mail/mail-account.ts";
import { settleContactMail } from "../mail/sync/settle-contact-mail.ts";
import { startSync } from "../mail/sync/start-sync.ts";
import { awaitContactMail, type ContactSync } from "./await-contact-mail.ts";
import { getContactRow, isBlank, toContact } from "./own-contact.ts";

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
  const sync = await awaitContactMail(dependencies, account, contact, startSync(dependencies, account));
  return { contact: toContact(await getContactRow(dependencies.db, actor, contact.id)), sync };
}

async function insertContact(dependencies: Dependencies, actor: Actor, input: AddContactInput) {
  const { organizationId, userId, username } = actor;
  try {
    return await changeMirror(dependencies, actor, async (tx, account) => {
      const [contact] = await tx
        .insert(contacts)
        .values({
          organizationId,
          userId,
          email: input.email,
          // A form that was left empty says as much as none.
          name:
            input.name === undefined || isBlank(input.name) ? await knownName(tx, account, input.email) : input.name,
          notes: input.notes ?? null,
          tags: [...new Set(input.tags ?? [])],
        })
        .returning();
      if (!contact) throw new Error("the contact was not inserted");
      if (account) await settleContactMail(tx, mirrorOf(account), [contact.id]);
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
      // As it is by now: mail that it shares with others counts already.
      const added = await getContactRow(tx, actor, contact.id);
      await emitEvents(tx, actor, [{ type: "contact.added", data: toContact(added) }]);
      return { contact, account };
    });
  } catch (error) {
    if (violatedUniqueIndex(error) === "contacts_email_key") throw new ServiceError("CONTACT_EXISTS");
    throw error;
  }
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
