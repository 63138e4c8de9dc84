import { type Database, revokedTokens, type Transaction } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { RevocableToken, RevocationStore } from "./revocation-store.ts";

/** The list in the database: right in every process, and after every restart. Housekeeping deletes what is over. */
export class PostgresRevocationStore implements RevocationStore {
  constructor(private readonly db: Database) {}

  async prepare(): Promise<void> {}

  async revoke(tx: Transaction, { organizationId, tokenId, expiresAt }: RevocableToken): Promise<void> {
    await tx
      .insert(revokedTokens)
      .values({ organizationId, jti: tokenId, expiresAt: new Date(expiresAt * 1000).toISOString() })
      .onConflictDoNothing();
  }

  async isRevoked({ organizationId, tokenId }: RevocableToken): Promise<boolean> {
    const rows = await this.db
      .select({ jti: revokedTokens.jti })
      .from(revokedTokens)
      .where(and(eq(revokedTokens.organizationId, organizationId), eq(revokedTokens.jti, tokenId)));
    return rows.length > 0;
  }

  async close(): Promise<void> {}
}
