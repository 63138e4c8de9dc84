import { type ContactDetails, contactMerges, contacts, type MergeRecord, type Transaction } from "@crm/db";
import type { Contact } from "@crm/schemas";
import { and, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { emitEvents } from "../events/emit-event.ts";
import { changeMirror } from "../mail/change-mirror.ts";
import { mirrorOf } from "../mail/mail-account.ts";
import { settleContactMail } from "../mail/sync/settle-contact-mail.ts";
import { contactNotFound, getContactRow, ownContact, toContact } from "./own-contact.ts";

/** For how long a merge can be undone. */
const UNDO_PERIOD = sql`interval '1 day'`;

/**
 * Takes the last merge into a contact back: both are as they were, with the mail that came meanwhile for either
 * address. What was edited since on the contact that stayed is kept. Again, it takes the merge before that back.
 * @throws ServiceError NOT_FOUND; UNPROCESSABLE when there is nothing to undo or it is more than a day ago
 */
export async function undoMerge(dependencies: Dependencies, actor: Actor, { id }: { id: string }): Promise<Contact> {
  const { organizationId, userId, username } = actor;
  return changeMirror(dependencies, actor, async (tx, account) => {
    const [kept] = await tx.select().from(contacts).where(ownContact(actor, id)).for("update");
    if (!kept) throw contactNotFound();
    const merge = await takeLastMerge(tx, actor, id);
    await tx
      .update(contacts)
      .set({ mergedIntoId: null })
      .where(and(eq(contacts.organizationId, organizationId), eq(contacts.id, merge.contactId)));
    await tx
      .update(contacts)
      .set({ mergedIntoId: merge.contactId })
      .where(and(eq(contacts.organizationId, organizationId), inArray(contacts.id, merge.followers)));
    const details = apart(kept, merge);
    await tx
      .update(contacts)
      .set({ ...details, updatedAt: sql`now()` })
      .where(ownContact(actor, id));
    if (account) await settleContactMail(tx, mirrorOf(account), [id, merge.contactId]);
    const stayed = toContact(await getContactRow(tx, actor, id));
    const parted = toContact(await getContactRow(tx, actor, merge.contactId));
    await recordAudit(tx, actor, {
      organizationId,
      userId,
      username,
      action: "contact.undo_merge",
      resource: "contact",
      resourceId: id,
      oldValue: { name: kept.name, notes: kept.notes, tags: kept.tags },
      newValue: { ...details, parted: { id: parted.id, email: parted.email } },
    });
    await emitEvents(tx, actor, [
      { type: "contact.updated", data: stayed },
      { type: "contact.added", data: parted },
    ]);
    return stayed;
  });
}

async function takeLastMerge(tx: Transaction, { organizationId }: Actor, contactId: string): Promise<MergeRecord> {
  const [last] = await tx
    .select({
      id: contactMerges.id,
      merged: contactMerges.merged,
      isOver: sql<boolean>`${contactMerges.createdAt} < now() - ${UNDO_PERIOD}`,
    })
    .from(contactMerges)
    .where(
      and(
        eq(contactMerges.organizationId, organizationId),
        eq(contactMerges.contactId, contactId),
        isNull(contactMerges.undoneAt),
      ),
    )
    .orderBy(desc(contactMerges.id))
    .limit(1);
  if (!last) {
    throw new ServiceError("UNPROCESSABLE", { message: "Nothing was merged into this contact that could be undone." });
  }
  if (last.isOver) {
    throw new ServiceError("UNPROCESSABLE", {
      message: "The merge is more than a day ago and cannot be undone any more.",
    });
  }
  await tx
    .update(contactMerges)
    .set({ undoneAt: sql`now()` })
    .where(and(eq(contactMerges.organizationId, organizationId), eq(contactMerges.id, last.id)));
  return last.merged;
}

/** What the contact is without what the merge brought, edits since then kept. */
function apart(now: ContactDetails, { before, after }: MergeRecord): ContactDetails {
  const brought = new Set(after.tags.filter((tag) => !before.tags.includes(tag)));
  return {
    name: now.name === after.name ? before.name : now.name,
    notes: notesApart(now.notes, before.notes, after.notes),
    tags: now.tags.filter((tag) => !brought.has(tag)),
  };
}

function notesApart(now: string | null, before: string | null, after: string | null): string | null {
  if (now === after) return before;
  if (now === null || after === null) return now;
  const brought = before ? after.slice(before.length) : after;
  if (brought === "") return now;
  // Written before or behind what came along, an edit can be told from it; in the midst of it, all of it stays.
  if (now.startsWith(after)) return (before ?? "") + now.slice(after.length);
  if (now.endsWith(brought)) return now.slice(0, -brought.length);
  return now;
}
