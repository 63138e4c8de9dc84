import { sessions } from "@crm/db";
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";

/** One's living sessions, the latest used first. */
export async function listSessions({ db }: Dependencies, actor: Actor) {
  const rows = await db
    .select({
      id: sessions.id,
      createdAt: sessions.createdAt,
      expiresAt: sessions.expiresAt,
      lastUsedAt: sessions.lastUsedAt,
      ipAddress: sessions.ipAddress,
      userAgent: sessions.userAgent,
    })
    .from(sessions)
    .where(
      and(
        eq(sessions.organizationId, actor.organizationId),
        eq(sessions.userId, actor.userId),
        isNull(sessions.endedAt),
        sql`${sessions.expiresAt} > now()`,
      ),
    )
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id))
    .limit(200);
  return rows.map((row) => ({ ...row, current: row.id === actor.sessionId }));
}
