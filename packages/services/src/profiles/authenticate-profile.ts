import { profiles } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { Caller, ProfileActor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";

/** How audit logs name a profile; no user can be called that. */
export const nameInLog = (email: string): string => `profile:${email}`;

/**
 * Whose token this is, or null. The profile is read at every request, so that its deletion and a new password hold from
 * the next one on, and so is the list of what was logged out.
 * @throws ServiceError TOKEN_UNVERIFIED when that list cannot be asked: such a token is not trusted
 */
export async function authenticateProfile(
  { db, profileTokens, revocations }: Dependencies,
  caller: Caller,
  token: string,
): Promise<ProfileActor | null> {
  const claims = await profileTokens.verify(token);
  if (!claims) return null;
  const { organizationId, profileId, tokenId, tokenVersion, expiresAt } = claims;
  const [row] = await db
    .select({ email: profiles.email, tokenVersion: profiles.tokenVersion, keptTokenId: profiles.keptTokenId })
    .from(profiles)
    .where(and(eq(profiles.organizationId, organizationId), eq(profiles.id, profileId)));
  if (!row || (row.tokenVersion !== tokenVersion && row.keptTokenId !== tokenId)) return null;
  if (await revocations.isRevoked(claims)) return null;
  return {
    ...caller,
    organizationId,
    userId: null,
    username: nameInLog(row.email),
    profileId,
    token: { organizationId, tokenId, expiresAt },
  };
}
