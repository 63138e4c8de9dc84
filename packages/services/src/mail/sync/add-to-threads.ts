import { copyInto, emailThreads, type Transaction } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import type { MirrorKey } from "./lease.ts";
import { mergeSummaries, sumUp, type ThreadedMail, type ThreadSummary } from "./thread-summary.ts";
import { writeThreads } from "./write-threads.ts";

/** Counts messages, each new to the mirror, into their threads; cheaper than `recountThreads`, which reads all mail. */
export async function addToThreads(tx: Transaction, mirror: MirrorKey, mail: readonly ThreadedMail[]): Promise<void> {
  const added = sumUp(mail);
  const before = await selectThreads(
    tx,
    mirror,
    added.map(({ threadId }) => threadId),
  );
  const { organizationId, mailAccountId, userId } = mirror;
  const fresh = added.filter(({ threadId }) => !before.has(threadId));
  await copyInto(tx, emailThreads, { organizationId, mailAccountId, userId }, fresh);
  const grown = added.flatMap((thread) => {
    const known = before.get(thread.threadId);
    return known ? [mergeSummaries(known, thread)] : [];
  });
  await writeThreads(tx, mirror, grown);
}

async function selectThreads(
  tx: Transaction,
  { organizationId, mailAccountId }: MirrorKey,
  threadIds: readonly string[],
): Promise<ReadonlyMap<string, ThreadSummary>> {
  if (threadIds.length === 0) return new Map();
  const rows = await tx
    .select({
      threadId: emailThreads.threadId,
      subject: emailThreads.subject,
      preview: emailThreads.preview,
      participants: emailThreads.participants,
      contactIds: emailThreads.contactIds,
      messageCount: emailThreads.messageCount,
      unreadCount: emailThreads.unreadCount,
      firstEmailAt: emailThreads.firstEmailAt,
      lastEmailAt: emailThreads.lastEmailAt,
    })
    .from(emailThreads)
    .where(
      and(
        eq(emailThreads.organizationId, organizationId),
        eq(emailThreads.mailAccountId, mailAccountId),
        sql`${emailThreads.threadId} = ANY (${sql.param([...threadIds])}::text[])`,
      ),
    )
    .prepare("select_threads")
    .execute();
  return new Map(rows.map((row) => [row.threadId, row]));
}
