import { type Transaction, userTokens } from "@crm/db";
import { and, eq, isNull } from "drizzle-orm";

/** Life of a link to a new password, in minutes. */
export const RESET_MINUTES = 30;
/** Life of a code that proves an address, in minutes. */
export const VERIFICATION_MINUTES = 10;
/** Wrong codes after which the right one does not count either. */
export const VERIFICATION_TRIES = 5;

export const expiryIn = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

/** Takes back what was mailed to a user and not used yet. */
export async function dropUserTokens(
  tx: Transaction,
  { organizationId, userId }: { organizationId: string; userId: string },
  ...purposes: readonly (typeof userTokens.$inferSelect.purpose)[]
): Promise<void> {
  for (const purpose of purposes) {
    await tx
      .delete(userTokens)
      .where(
        and(
          eq(userTokens.organizationId, organizationId),
          eq(userTokens.userId, userId),
          eq(userTokens.purpose, purpose),
          isNull(userTokens.usedAt),
        ),
      );
  }
}
