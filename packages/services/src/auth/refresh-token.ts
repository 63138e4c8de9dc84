import { refreshTokens, type Transaction } from "@crm/db";
import { createOpaqueToken } from "../crypto/opaque-token.ts";

/** Makes a session's next refresh token and stores its hash. The token itself is kept nowhere. */
export async function issueRefreshToken(tx: Transaction, organizationId: string, sessionId: string): Promise<string> {
  const { token, hash } = createOpaqueToken(organizationId);
  await tx.insert(refreshTokens).values({ organizationId, sessionId, tokenHash: hash });
  return token;
}
