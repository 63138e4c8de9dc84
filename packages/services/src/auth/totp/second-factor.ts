import { type Transaction, totpRecoveryCodes, users } from "@crm/db";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Dependencies } from "../../dependencies.ts";
import type { UserRow } from "../../users/user-view.ts";
import { readRecoveryCode } from "./recovery-codes.ts";
import { stepOfCode } from "./totp-code.ts";

/** What a person entered as their second factor, once it is known to be theirs or worth a look-up. */
export type SecondFactor = { step: number } | { recoveryHash: Buffer };

/** For recovery codes of nobody, so that they cost the same. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * Reads a code of the authenticator app or a recovery code. For nobody, or without a second factor, it does the same
 * work as far as that can be seen, and answers null, as for a wrong code.
 */
export async function readSecondFactor(
  dependencies: Dependencies,
  user: UserRow | null,
  text: string,
): Promise<SecondFactor | null> {
  const recoveryCode = readRecoveryCode(text);
  if (recoveryCode !== null) {
    return { recoveryHash: await dependencies.passwords.digest(recoveryCode, user?.id ?? NOBODY) };
  }
  if (!user?.totpSecret || !user.totpEnabledAt) return null;
  const owner = { organizationId: user.organizationId, userId: user.id };
  const step = await stepOfCode(dependencies, owner, user.totpSecret, text.replace(/\s/g, ""));
  return step === null ? null : { step };
}

/**
 * Takes a second factor, each once: a code's time step and all before it, or a recovery code. False when it was taken
 * before, is nobody's, or the second factor has been set up anew meanwhile.
 */
export async function spendSecondFactor(
  tx: Transaction,
  { organizationId, id: userId, totpEnabledAt }: Pick<UserRow, "organizationId" | "id" | "totpEnabledAt">,
  factor: SecondFactor,
): Promise<boolean> {
  if (totpEnabledAt === null) return false;
  if ("recoveryHash" in factor) {
    const spent = await tx
      .update(totpRecoveryCodes)
      .set({ usedAt: sql`now()` })
      .where(
        and(
          eq(totpRecoveryCodes.organizationId, organizationId),
          eq(totpRecoveryCodes.userId, userId),
          eq(totpRecoveryCodes.codeHash, factor.recoveryHash),
          isNull(totpRecoveryCodes.usedAt),
        ),
      )
      .returning({ id: totpRecoveryCodes.id });
    return spent.length === 1;
  }
  const spent = await tx
    .update(users)
    .set({ totpLastStep: factor.step })
    .where(
      and(
        eq(users.organizationId, organizationId),
        eq(users.id, userId),
        // Not the secret: that looks different once it is encrypted under another key.
        eq(users.totpEnabledAt, totpEnabledAt),
        sql`coalesce(${users.totpLastStep} < ${factor.step}, true)`,
      ),
    )
    .returning({ id: users.id });
  return spent.length === 1;
}
