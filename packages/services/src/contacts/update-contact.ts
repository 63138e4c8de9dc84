import { contacts } from "@crm/db";
import type { Contact } from "@crm/schemas";
import { sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { emitEvents } from "../events/emit-event.ts";
import { contactNotFound, isBlank, ownContact, toContact } from "./own-contact.ts";

export interface UpdateContactInput {
  id: string;
  name?: string | null | undefined;
  notes?: string | null | undefined;
  tags?: string[] | undefined;
}

/** Changes what one knows about a contact; what is left out stays. @throws ServiceError NOT_FOUND */
export async function updateContact({ db }: Dependencies, actor: Actor, input: UpdateContactInput): Promise<Contact> {
  const { organizationId, userId, username } = actor;
  return db.transaction(async (tx) => {
    const [before] = await tx.select().from(contacts).where(ownContact(actor, input.id)).for("update");
    if (!before) throw contactNotFound();
    const [after] = await tx
      .update(contacts)
      .set({
        name: isBlank(input.name) ? null : input.name,
        notes: input.notes,
        tags: input.tags && [...new Set(input.tags)],
        updatedAt: sql`now()`,
      })
      .where(ownContact(actor, input.id))
      .returning();
    if (!after) throw contactNotFound();
    await recordAudit(tx, actor, {
      organizationId,
      userId,
      username,
      action: "contact.update",
      resource: "contact",
      resourceId: after.id,
      oldValue: { name: before.name, notes: before.notes, tags: before.tags },
      newValue: { name: after.name, notes: after.notes, tags: after.tags },
    });
    await emitEvents(tx, actor, [{ type: "contact.updated", data: toContact(after) }]);
    return toContact(after);
  });
}
