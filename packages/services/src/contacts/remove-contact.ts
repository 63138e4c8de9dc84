import { contacts, emailContacts, type Transaction } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { emitEvents } from "../events/emit-event.ts";
import { changeMirror } from "../mail/change-mirror.ts";
import { mirrorOf } from "../mail/mail-account.ts";
import type { MirrorKey } from "../mail/sync/lease.ts";
import { finishReleases, forgetUnwanted, releaseUnlinked } from "../mail/sync/release-mail.ts";
import { renameThreads } from "../mail/sync/settle-contact-mail.ts";
import { contactNotFound, ownContact, toContact } from "./own-contact.ts";

/**
 * Removes a contact. Mail that no other contact shares goes from here with it, never from the mail server.
 * @throws ServiceError NOT_FOUND
 */
export async function removeContact(
  dependencies: Dependencies,
  actor: Actor,
  { id }: { id: string },
): Promise<{ id: string }> {
  const { organizationId, userId, username } = actor;
  const account = await changeMirror(dependencies, actor, async (tx, account) => {
    const [contact] = await tx.select().from(contacts).where(ownContact(actor, id)).for("update");
    if (!contact) throw contactNotFound();
    const links = await tx
      .delete(emailContacts)
      .where(and(eq(emailContacts.organizationId, organizationId), eq(emailContacts.contactId, id)))
      .returning({ emailId: emailContacts.emailId });
    // Those that were merged into it go along.
    await tx.delete(contacts).where(ownContact(actor, id));
    if (account)
      await letGo(
        tx,
        mirrorOf(account),
        links.map(({ emailId }) => emailId),
      );
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
    return account;
  });
  if (account) await finishReleases(dependencies, mirrorOf(account));
  return { id };
}

async function letGo(tx: Transaction, mirror: MirrorKey, emailIds: readonly string[]): Promise<void> {
  await renameThreads(tx, mirror, emailIds);
  await releaseUnlinked(tx, mirror, emailIds);
  await forgetUnwanted(tx, mirror);
}
