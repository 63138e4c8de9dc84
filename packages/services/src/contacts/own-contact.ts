import { contacts, type Database, type Transaction } from "@crm/db";
import type { Contact } from "@crm/schemas";
import { and, eq, isNull } from "drizzle-orm";
import { ServiceError } from "../errors.ts";

export type ContactRow = typeof contacts.$inferSelect;

interface Owner {
  organizationId: string;
  userId: string;
}

/** A contact of one's own. One that was merged into another is none, until that is undone. */
export const ownContact = ({ organizationId, userId }: Owner, contactId: string) =>
  and(
    eq(contacts.organizationId, organizationId),
    eq(contacts.userId, userId),
    eq(contacts.id, contactId),
    isNull(contacts.mergedIntoId),
  );

/** @throws ServiceError NOT_FOUND, also for somebody else's */
export async function getContactRow(db: Database | Transaction, owner: Owner, contactId: string): Promise<ContactRow> {
  const [row] = await db.select().from(contacts).where(ownContact(owner, contactId));
  if (!row) throw contactNotFound();
  return row;
}

export const contactNotFound = () => new ServiceError("NOT_FOUND", { message: "There is no such contact." });

/** Of a name: nothing but spaces, which nobody is called. */
export const isBlank = (name: string | null | undefined): boolean => name?.trim() === "";

export const toContact = (row: ContactRow): Contact => ({
  id: row.id,
  email: row.email,
  name: row.name,
  notes: row.notes,
  tags: row.tags,
  emailCount: row.emailCount,
  unreadCount: row.unreadCount,
  lastEmailDate: row.lastEmailAt,
  addedAt: row.addedAt,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});
