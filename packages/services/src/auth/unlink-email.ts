import { users } from "@crm/db";
import type { User } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { unlinkMailAccount } from "../mail/unlink-mail-account.ts";
import { tellOwner } from "../post/tell-owner.ts";
import { getUserRow } from "../users/own-user.ts";
import { toUser } from "../users/user-view.ts";
import { onboardingFlags } from "./onboarding.ts";
import { dropUserTokens } from "./user-tokens.ts";

/**
 * Undoes `linkEmail`: the address, the credentials and the mirrored mail go, contacts stay, and the mailbox step is
 * open again. With nothing linked it changes nothing.
 */
export async function unlinkEmail(
  dependencies: Dependencies,
  actor: Actor,
): Promise<{ user: User; needsEmailSetup: boolean }> {
  const { before, after } = await dependencies.db.transaction(async (tx) => {
    const before = await getUserRow(tx, actor);
    const unlinked = await unlinkMailAccount(tx, dependencies, actor);
    if (!unlinked && before.email === null) return { before, after: before };
    const [user] = await tx
      .update(users)
      .set({
        email: null,
        emailVerified: false,
        mailboxStep: unlinked ? "pending" : undefined,
        updatedAt: sql`now()`,
      })
      .where(and(eq(users.organizationId, actor.organizationId), eq(users.id, actor.userId)))
      .returning();
    if (!user) throw new ServiceError("UNAUTHORIZED");
    await dropUserTokens(tx, actor, "reset_password", "verify_email");
    await recordAudit(tx, actor, {
      organizationId: actor.organizationId,
      userId: actor.userId,
      username: actor.username,
      action: "auth.unlink_email",
      resource: "mail_account",
      oldValue: { address: before.email },
    });
    return { before, after: user };
  });
  tellOwner(dependencies, before, "address");
  return { user: toUser(after), needsEmailSetup: onboardingFlags(after).needsEmailSetup };
}
