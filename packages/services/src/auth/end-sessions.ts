import { sessions, type Transaction } from "@crm/db";
import { and, eq, isNull, sql } from "drizzle-orm";
import { wakeFollowers } from "../events/wake-followers.ts";

/**
 * Ends one session, or with no `sessionId` all of the user's. Their tokens are refused from the next request on, and
 * their live streams end.
 */
export async function endSessions(
  tx: Transaction,
  { organizationId, userId, sessionId }: { organizationId: string; userId: string; sessionId?: string },
): Promise<string[]> {
  const ended = await tx
    .update(sessions)
    .set({ endedAt: sql`now()` })
    .where(
      and(
        eq(sessions.organizationId, organizationId),
        eq(sessions.userId, userId),
        sessionId === undefined ? undefined : eq(sessions.id, sessionId),
        isNull(sessions.endedAt),
      ),
    )
    .returning({ id: sessions.id });
  await wakeFollowers(tx, { organizationId, userId });
  return ended.map(({ id }) => id);
}
