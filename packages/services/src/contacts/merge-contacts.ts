import { type ContactDetails, contactMerges, contacts, type Transaction } from "@crm/db";
import { CONTACT_MAX_NOTES, CONTACT_MAX_TAGS, type Contact } from "@crm/schemas";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { emitEvents } from "../events/emit-event.ts";
import { changeMirror } from "../mail/change-mirror.ts";
import { mirrorOf } from "../mail/mail-account.ts";
import { settleContactMail } from "../mail/sync/settle-contact-mail.ts";
import { type ContactRow, contactNotFound, getContactRow, ownContact, toContact } from "./own-contact.ts";

/** Stands between the notes of the one and of the other. */
const NOTES_SEPARATOR = "\n\n";

/**
 * Makes one contact of two: the other's mail, tags and notes become the first one's, and from now on mail of both
 * addresses is. The other keeps its row, out of sight, which is what `undoMerge` puts back.
 * @throws ServiceError NOT_FOUND; CONFLICT when one of them is merged already; UNPROCESSABLE for a contact with itself,
 * or when together they would have more notes or tags than a contact can.
 */
export async function mergeContacts(
  dependencies: Dependencies,
  actor: Actor,
  { id, contactId }: { id: string; contactId: string },
): Promise<Contact> {
  if (id === contactId) {
    throw new ServiceError("UNPROCESSABLE", { message: "A contact cannot be merged with itself." });
  }
  const { organizationId, userId, username } = actor;
  return changeMirror(dependencies, actor, async (tx, account) => {
    const { kept, other } = await lockBoth(tx, actor, id, contactId);
    const after = together(kept, other);
    const followers = await tx
      .update(contacts)
      .set({ mergedIntoId: kept.id })
      .where(and(eq(contacts.organizationId, organizationId), eq(contacts.mergedIntoId, other.id)))
      .returning({ id: contacts.id });
    await tx.update(contacts).set({ mergedIntoId: kept.id }).where(ownContact(actor, other.id));
    await tx
      .update(contacts)
      .set({ ...after, updatedAt: sql`now()` })
      .where(ownContact(actor, kept.id));
    await tx.insert(contactMerges).values({
      organizationId,
      userId,
      contactId: kept.id,
      merged: {
        contactId: other.id,
        followers: followers.map((follower) => follower.id),
        before: detailsOf(kept),
        after,
      },
    });
    if (account) await settleContactMail(tx, mirrorOf(account), [kept.id, other.id]);
    const merged = toContact(await getContactRow(tx, actor, kept.id));
    await recordAudit(tx, actor, {
      organizationId,
      userId,
      username,
      action: "contact.merge",
      resource: "contact",
      resourceId: kept.id,
      oldValue: { ...detailsOf(kept), merged: { id: other.id, email: other.email, ...detailsOf(other) } },
      newValue: after,
    });
    await emitEvents(tx, actor, [
      { type: "contact.updated", data: merged },
      { type: "contact.removed", data: toContact(other) },
    ]);
    return merged;
  });
}

/** In the order of their ids, so that two merges of the same two wait for each other instead of dying. */
async function lockBoth(
  tx: Transaction,
  { organizationId, userId }: Actor,
  keptId: string,
  otherId: string,
): Promise<{ kept: ContactRow; other: ContactRow }> {
  const rows = await tx
    .select()
    .from(contacts)
    .where(
      and(
        eq(contacts.organizationId, organizationId),
        eq(contacts.userId, userId),
        inArray(contacts.id, [keptId, otherId]),
      ),
    )
    .orderBy(contacts.id)
    .for("update");
  const kept = rows.find((row) => row.id === keptId);
  const other = rows.find((row) => row.id === otherId);
  if (!kept || !other) throw contactNotFound();
  for (const row of [kept, other]) {
    if (row.mergedIntoId !== null) {
      throw new ServiceError("CONFLICT", { message: `${row.email} has been merged into another contact already.` });
    }
  }
  return { kept, other };
}

const detailsOf = ({ name, notes, tags }: ContactRow): ContactDetails => ({ name, notes, tags });

function together(kept: ContactRow, other: ContactRow): ContactDetails {
  const after = {
    name: kept.name || other.name,
    notes: kept.notes && other.notes ? kept.notes + NOTES_SEPARATOR + other.notes : kept.notes || other.notes,
    tags: [...new Set([...kept.tags, ...other.tags])],
  };
  if ((after.notes?.length ?? 0) > CONTACT_MAX_NOTES) {
    const message = `Together their notes would be longer than ${CONTACT_MAX_NOTES} characters.`;
    throw new ServiceError("UNPROCESSABLE", { message });
  }
  if (after.tags.length > CONTACT_MAX_TAGS) {
    throw new ServiceError("UNPROCESSABLE", {
      message: `Together they would have more than ${CONTACT_MAX_TAGS} tags.`,
    });
  }
  return after;
}
