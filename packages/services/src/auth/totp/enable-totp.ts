import { users } from "@crm/db";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Actor } from "../../actor.ts";
import { recordAudit } from "../../audit/record-audit.ts";
import type { Dependencies } from "../../dependencies.ts";
import { ServiceError } from "../../errors.ts";
import { tellOwner } from "../../post/tell-owner.ts";
import { getUserRow } from "../../users/own-user.ts";
import { createRecoveryCodes, replaceRecoveryCodes } from "./recovery-codes.ts";
import { isSameSecret, stepOfCode } from "./totp-code.ts";

/**
 * Turns the second factor on, by a code that shows the app has the secret. The recovery codes are in this answer and
 * nowhere else.
 * @throws ServiceError WRONG_CODE; CONFLICT when one is on, or none has been set up; OVERLOADED.
 */
export async function enableTotp(
  dependencies: Dependencies,
  actor: Actor,
  { code }: { code: string },
): Promise<{ recoveryCodes: string[] }> {
  const { db } = dependencies;
  const { organizationId, userId, username } = actor;
  const entry = {
    organizationId,
    userId,
    username,
    action: "auth.totp_enable",
    resource: "user",
    resourceId: userId,
  } as const;
  const user = await getUserRow(db, actor);
  const { totpSecret, totpEnabledAt } = user;
  if (totpSecret === null || totpEnabledAt !== null) throw notWaiting(totpEnabledAt !== null);
  const step = await stepOfCode(dependencies, actor, totpSecret, code.replace(/\s/g, ""));
  if (step === null) {
    await recordAudit(db, actor, { ...entry, errorMessage: "the code was wrong" });
    throw new ServiceError("WRONG_CODE");
  }
  const { shown, hashes } = await createRecoveryCodes(dependencies, userId);

  await db.transaction(async (tx) => {
    const mine = and(eq(users.organizationId, organizationId), eq(users.id, userId));
    const [waiting] = await tx
      .select({ secret: users.totpSecret })
      .from(users)
      .where(and(mine, isNull(users.totpEnabledAt)))
      .for("update");
    if (!waiting?.secret) throw notWaiting(waiting === undefined);
    if (!isSameSecret(dependencies, actor, waiting.secret, totpSecret)) throw setUpAnew();
    await tx.update(users).set({ totpEnabledAt: sql`now()`, totpLastStep: step, updatedAt: sql`now()` }).where(mine);
    await replaceRecoveryCodes(tx, actor, hashes);
    await recordAudit(tx, actor, entry);
  });
  tellOwner(dependencies, user, "second factor on");
  return { recoveryCodes: shown };
}

const notWaiting = (isOn: boolean) =>
  new ServiceError("CONFLICT", {
    message: isOn ? "A second factor is on already." : "Set the second factor up first.",
  });

const setUpAnew = () =>
  new ServiceError("CONFLICT", { message: "The second factor was set up anew meanwhile; use the new one's code." });
