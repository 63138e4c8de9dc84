import { users } from "@crm/db";
import type { User } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { getUserRow } from "../users/own-user.ts";
import { toUser } from "../users/user-view.ts";

export interface UpdateMeInput {
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
}

/** Changes one's own name; what is left out stays. */
export async function updateMe({ db }: Dependencies, actor: Actor, input: UpdateMeInput): Promise<User> {
  return db.transaction(async (tx) => {
    const before = await getUserRow(tx, actor);
    const [after] = await tx
      .update(users)
      .set({ firstName: input.firstName, lastName: input.lastName, updatedAt: sql`now()` })
      .where(and(eq(users.organizationId, actor.organizationId), eq(users.id, actor.userId)))
      .returning();
    if (!after) throw new ServiceError("NOT_FOUND");
    await recordAudit(tx, actor, {
      organizationId: actor.organizationId,
      userId: actor.userId,
      username: actor.username,
      action: "user.update",
      resource: "user",
      resourceId: actor.userId,
      oldValue: { firstName: before.firstName, lastName: before.lastName },
      newValue: { firstName: after.firstName, lastName: after.lastName },
    });
    return toUser(after);
  });
}
