import { users } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";

/** Leaves the mailbox step of the onboarding for later. Skipping twice, or with an account linked, changes nothing. */
export async function skipEmail({ db }: Dependencies, actor: Actor): Promise<{ needsEmailSetup: false }> {
  await db.transaction(async (tx) => {
    const skipped = await tx
      .update(users)
      .set({ mailboxStep: "skipped", updatedAt: sql`now()` })
      .where(
        and(
          eq(users.organizationId, actor.organizationId),
          eq(users.id, actor.userId),
          eq(users.mailboxStep, "pending"),
        ),
      )
      .returning({ id: users.id });
    if (skipped.length === 0) return;
    await recordAudit(tx, actor, {
      organizationId: actor.organizationId,
      userId: actor.userId,
      username: actor.username,
      action: "auth.skip_email",
      resource: "user",
      resourceId: actor.userId,
    });
  });
  return { needsEmailSetup: false };
}
