import { refreshTokens, sessions, type Transaction, users } from "@crm/db";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Caller } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { type OpaqueToken, parseOpaqueToken } from "../crypto/opaque-token.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { ACCESS_TOKEN_SECONDS } from "./access-tokens.ts";
import { endSessions } from "./end-sessions.ts";
import type { IssuedTokens } from "./open-session.ts";
import { issueRefreshToken } from "./refresh-token.ts";
import { nextExpiry } from "./session-expiry.ts";
import { tellRevoked } from "./tell-revoked.ts";

/** Two tabs may refresh at once: that long a spent token is a race, later it is theft (RFC 9700 §4.14). */
const RACE_MILLISECONDS = 10_000;

/**
 * Rotates a refresh token.
 * @throws ServiceError REFRESH_RACED within 10 s of its rotation; UNAUTHORIZED otherwise, and a spent one ends the session.
 */
export async function refresh(
  dependencies: Dependencies,
  caller: Caller,
  refreshToken: string | null,
): Promise<IssuedTokens> {
  const token = refreshToken === null ? null : parseOpaqueToken(refreshToken);
  if (!token) throw new ServiceError("UNAUTHORIZED");
  const outcome = await dependencies.db.transaction((tx) => rotate(dependencies, tx, caller, token));
  if (outcome instanceof ServiceError) throw outcome;
  return outcome;
}

/** Refusals are returned, not thrown: what they write has to be committed. */
async function rotate(
  { accessTokens }: Dependencies,
  tx: Transaction,
  caller: Caller,
  { organizationId, hash }: OpaqueToken,
): Promise<IssuedTokens | ServiceError> {
  const ofToken = and(eq(refreshTokens.organizationId, organizationId), eq(refreshTokens.tokenHash, hash));
  const [spent] = await tx
    .update(refreshTokens)
    .set({ spentAt: sql`now()` })
    .where(and(ofToken, isNull(refreshTokens.spentAt)))
    .returning({ sessionId: refreshTokens.sessionId });
  if (!spent) return refuseSpent(tx, caller, organizationId, hash);

  const [session] = await tx
    .update(sessions)
    .set({ lastUsedAt: sql`now()`, expiresAt: nextExpiry() })
    .where(
      and(
        eq(sessions.organizationId, organizationId),
        eq(sessions.id, spent.sessionId),
        isNull(sessions.endedAt),
        sql`${sessions.expiresAt} > now()`,
      ),
    )
    .returning({
      userId: sessions.userId,
      mode: sessions.mode,
      username: sql<string>`(SELECT username FROM users
        WHERE users.organization_id = ${organizationId} AND users.id = sessions.user_id)`,
    });
  if (!session) return new ServiceError("UNAUTHORIZED");
  await recordAudit(tx, caller, {
    organizationId,
    userId: session.userId,
    username: session.username,
    action: "auth.refresh",
    resource: "session",
    resourceId: spent.sessionId,
  });
  const next = await issueRefreshToken(tx, organizationId, spent.sessionId);
  const accessToken = accessTokens.sign({ organizationId, userId: session.userId, sessionId: spent.sessionId });
  return { mode: session.mode, tokens: { accessToken, refreshToken: next, expiresIn: ACCESS_TOKEN_SECONDS } };
}

async function refuseSpent(
  tx: Transaction,
  caller: Caller,
  organizationId: string,
  hash: Buffer,
): Promise<ServiceError> {
  const [known] = await tx
    .select({
      sessionId: sessions.id,
      userId: sessions.userId,
      username: users.username,
      endedAt: sessions.endedAt,
      raced: sql<boolean>`${refreshTokens.spentAt} > now() - ${`${RACE_MILLISECONDS} milliseconds`}::interval`,
    })
    .from(refreshTokens)
    .innerJoin(
      sessions,
      and(eq(sessions.organizationId, refreshTokens.organizationId), eq(sessions.id, refreshTokens.sessionId)),
    )
    .innerJoin(users, and(eq(users.organizationId, sessions.organizationId), eq(users.id, sessions.userId)))
    .where(and(eq(refreshTokens.organizationId, organizationId), eq(refreshTokens.tokenHash, hash)));
  if (!known || known.endedAt !== null) return new ServiceError("UNAUTHORIZED");
  const entry = {
    organizationId,
    userId: known.userId,
    username: known.username,
    resource: "session",
    resourceId: known.sessionId,
  } as const;
  if (known.raced) {
    const errorMessage = "another request had just refreshed the session";
    await recordAudit(tx, caller, { ...entry, action: "auth.refresh", errorMessage });
    return new ServiceError("REFRESH_RACED");
  }
  const owner = { organizationId, userId: known.userId };
  const ended = await endSessions(tx, { ...owner, sessionId: known.sessionId });
  await recordAudit(tx, caller, {
    ...entry,
    action: "auth.refresh_reused",
    errorMessage: "a spent refresh token was used again; the session was ended",
  });
  await tellRevoked(tx, owner, ended);
  return new ServiceError("UNAUTHORIZED");
}
