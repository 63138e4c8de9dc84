import { users } from "@crm/db";
import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { Actor } from "../../actor.ts";
import { recordAudit } from "../../audit/record-audit.ts";
import type { Dependencies } from "../../dependencies.ts";
import { ServiceError } from "../../errors.ts";
import { tellOwner } from "../../post/tell-owner.ts";
import { getUserRow } from "../../users/own-user.ts";
import { replaceRecoveryCodes } from "./recovery-codes.ts";
import { readSecondFactor, spendSecondFactor } from "./second-factor.ts";

/**
 * Turns the second factor off, by both factors; a recovery code counts too.
 * @throws ServiceError WRONG_PASSWORD, WRONG_CODE; CONFLICT when none is on; OVERLOADED.
 */
export async function disableTotp(
  dependencies: Dependencies,
  actor: Actor,
  { password, code }: { password: string; code: string },
): Promise<{ totpEnabled: false }> {
  const { db, passwords } = dependencies;
  const { organizationId, userId, username } = actor;
  const entry = {
    organizationId,
    userId,
    username,
    action: "auth.totp_disable",
    resource: "user",
    resourceId: userId,
  } as const;
  const user = await getUserRow(db, actor);
  if (user.totpEnabledAt === null) throw new ServiceError("CONFLICT", { message: "No second factor is on." });
  const factor = await readSecondFactor(dependencies, user, code);
  const knows = await passwords.verify(user.passwordHash, password);
  try {
    if (!knows) throw new ServiceError("WRONG_PASSWORD");
    await db.transaction(async (tx) => {
      if (!factor || !(await spendSecondFactor(tx, user, factor))) throw new ServiceError("WRONG_CODE");
      await tx
        .update(users)
        .set({ totpSecret: null, totpEnabledAt: null, totpLastStep: null, updatedAt: sql`now()` })
        .where(and(eq(users.organizationId, organizationId), eq(users.id, userId), isNotNull(users.totpEnabledAt)));
      await replaceRecoveryCodes(tx, actor, []);
      await recordAudit(tx, actor, entry);
    });
  } catch (error) {
    if (error instanceof ServiceError) await recordAudit(db, actor, { ...entry, errorMessage: error.message });
    throw error;
  }
  tellOwner(dependencies, user, "second factor off");
  return { totpEnabled: false };
}
