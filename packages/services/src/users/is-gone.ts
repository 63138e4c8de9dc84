import { users } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";

/** Whether the user who acts has been deleted since the request was let in. */
export async function isGone(
  { db }: Dependencies,
  { organizationId, userId }: Pick<Actor, "organizationId" | "userId">,
): Promise<boolean> {
  const [user] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.organizationId, organizationId), eq(users.id, userId)));
  return user === undefined;
}
