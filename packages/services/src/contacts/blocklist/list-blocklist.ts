import { blocklistEntries } from "@crm/db";
import type { BlocklistEntry } from "@crm/schemas";
import { and, asc, eq, gt } from "drizzle-orm";
import type { Actor } from "../../actor.ts";
import type { Dependencies } from "../../dependencies.ts";
import { decodeCursor, toPage } from "../../paging.ts";

/** Whom one has blocked, by pattern: domains first. */
export async function listBlocklist(
  { db }: Dependencies,
  actor: Actor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: BlocklistEntry[]; nextCursor: string | null }> {
  const rows = await db
    .select({ id: blocklistEntries.id, pattern: blocklistEntries.pattern, createdAt: blocklistEntries.createdAt })
    .from(blocklistEntries)
    .where(
      and(
        eq(blocklistEntries.organizationId, actor.organizationId),
        eq(blocklistEntries.userId, actor.userId),
        cursor === undefined ? undefined : gt(blocklistEntries.pattern, decodeCursor(cursor, "string")[0]),
      ),
    )
    .orderBy(asc(blocklistEntries.pattern))
    .limit(limit + 1);
  return toPage(
    rows,
    limit,
    (row) => [row.pattern],
    (row) => row,
  );
}
