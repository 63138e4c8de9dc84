import { emailThreads } from "@crm/db";
import type { MailAddress } from "@crm/schemas";
import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { getContactRow } from "../contacts/own-contact.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, toPage } from "../paging.ts";

export interface ListThreadsInput {
  contactId?: string | undefined;
  unread?: boolean | undefined;
  limit: number;
  cursor?: string | undefined;
}

export interface ListedThread {
  threadId: string;
  subject: string;
  participants: MailAddress[];
  messageCount: number;
  unreadCount: number;
  lastDate: string;
  preview: string;
}

/** One's threads, the latest mail first. @throws ServiceError NOT_FOUND for a contact that is not one's own */
export async function listThreads(
  { db }: Dependencies,
  actor: Actor,
  input: ListThreadsInput,
): Promise<{ items: ListedThread[]; nextCursor: string | null }> {
  if (input.contactId !== undefined) await getContactRow(db, actor, input.contactId);
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, "instant", "string");
  const rows = await db
    .select({
      threadId: emailThreads.threadId,
      subject: emailThreads.subject,
      participants: emailThreads.participants,
      messageCount: emailThreads.messageCount,
      unreadCount: emailThreads.unreadCount,
      lastDate: emailThreads.lastEmailAt,
      preview: emailThreads.preview,
    })
    .from(emailThreads)
    .where(
      and(
        eq(emailThreads.organizationId, actor.organizationId),
        eq(emailThreads.userId, actor.userId),
        input.contactId === undefined ? undefined : sql`${emailThreads.contactIds} @> ARRAY[${input.contactId}::uuid]`,
        input.unread === undefined
          ? undefined
          : input.unread
            ? gt(emailThreads.unreadCount, 0)
            : eq(emailThreads.unreadCount, 0),
        after
          ? sql`(${emailThreads.lastEmailAt}, ${emailThreads.threadId}) < (${after[0]}::timestamptz, ${after[1]})`
          : undefined,
      ),
    )
    .orderBy(desc(emailThreads.lastEmailAt), desc(emailThreads.threadId))
    .limit(input.limit + 1);
  return toPage(
    rows,
    input.limit,
    (row) => [row.lastDate, row.threadId],
    (row) => row,
  );
}
