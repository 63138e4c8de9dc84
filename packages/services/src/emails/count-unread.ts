import { contacts, emails } from "@crm/db";
import { and, count, eq, gt, not } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";

/** Unread messages, each counted once, and by contact (those with none left out). */
export async function countUnread(
  { db }: Dependencies,
  actor: Actor,
): Promise<{ count: number; byContact: Record<string, number> }> {
  const [[total], perContact] = await Promise.all([
    db
      .select({ count: count() })
      .from(emails)
      .where(and(eq(emails.organizationId, actor.organizationId), eq(emails.userId, actor.userId), not(emails.isRead))),
    db
      .select({ id: contacts.id, unread: contacts.unreadCount })
      .from(contacts)
      .where(
        and(
          eq(contacts.organizationId, actor.organizationId),
          eq(contacts.userId, actor.userId),
          gt(contacts.unreadCount, 0),
        ),
      ),
  ]);
  return { count: total?.count ?? 0, byContact: Object.fromEntries(perContact.map(({ id, unread }) => [id, unread])) };
}
