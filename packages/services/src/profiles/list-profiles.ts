import { profiles } from "@crm/db";
import type { Profile } from "@crm/schemas";
import { and, asc, gt } from "drizzle-orm";
import type { ShopActor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, toPage } from "../paging.ts";
import { visibleTo } from "./own-profile.ts";
import { VIEWED_COLUMNS } from "./profile-view.ts";

/** For an admin all profiles in the order in which they came, by their ids; for a profile itself alone. @throws FORBIDDEN */
export async function listProfiles(
  { db }: Dependencies,
  actor: ShopActor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Profile[]; nextCursor: string | null }> {
  const [after] = cursor === undefined ? [] : decodeCursor(cursor, "uuid");
  const rows = await db
    .select(VIEWED_COLUMNS)
    .from(profiles)
    .where(and(visibleTo(actor), after === undefined ? undefined : gt(profiles.id, after)))
    .orderBy(asc(profiles.id))
    .limit(limit + 1);
  return toPage(
    rows,
    limit,
    ({ id }) => [id],
    (row) => row,
  );
}
