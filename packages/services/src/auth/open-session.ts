import { sessions, type Transaction } from "@crm/db";
import type { TokenMode, Tokens } from "@crm/schemas";
import type { Caller } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ACCESS_TOKEN_SECONDS } from "./access-tokens.ts";
import { issueRefreshToken } from "./refresh-token.ts";
import { firstExpiry } from "./session-expiry.ts";

/** What a sign-in hands out; in cookie mode the tokens go into cookies alone. */
export interface IssuedTokens {
  tokens: Tokens;
  mode: TokenMode;
}

/** Makes a session with its first pair of tokens. */
export async function openSession(
  { accessTokens }: Dependencies,
  tx: Transaction,
  owner: { organizationId: string; userId: string },
  caller: Caller,
  mode: TokenMode,
): Promise<IssuedTokens & { sessionId: string }> {
  const [session] = await tx
    .insert(sessions)
    .values({ ...owner, mode, ipAddress: caller.ipAddress, userAgent: caller.userAgent, expiresAt: firstExpiry() })
    .returning({ id: sessions.id });
  if (!session) throw new Error("the session was not inserted");
  const refreshToken = await issueRefreshToken(tx, owner.organizationId, session.id);
  const accessToken = accessTokens.sign({ ...owner, sessionId: session.id });
  return { sessionId: session.id, mode, tokens: { accessToken, refreshToken, expiresIn: ACCESS_TOKEN_SECONDS } };
}
