import { createHash, randomBytes } from "node:crypto";
import { refreshTokens, type Transaction } from "@crm/db";

/** An opaque token; it carries the tenant so that its look-up names one. */
export interface RefreshToken {
  organizationId: string;
  hash: Buffer;
}

const hashOf = (token: string) => createHash("sha256").update(token).digest();

// As strict as the column: what is no UUID must not reach the database.
const SHAPE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[A-Za-z0-9_-]{43}$/;

/** Null for what cannot be a refresh token of ours. */
export function parseRefreshToken(token: string): RefreshToken | null {
  const organizationId = SHAPE.exec(token)?.[1];
  return organizationId === undefined ? null : { organizationId, hash: hashOf(token) };
}

/** Makes a session's next refresh token and stores its hash. The token itself is kept nowhere. */
export async function issueRefreshToken(tx: Transaction, organizationId: string, sessionId: string): Promise<string> {
  const token = `${organizationId}.${randomBytes(32).toString("base64url")}`;
  await tx.insert(refreshTokens).values({ organizationId, sessionId, tokenHash: hashOf(token) });
  return token;
}
