import type { Transaction } from "@crm/db";

/** A token that can be taken back before its time is over. */
export interface RevocableToken {
  organizationId: string;
  /** A UUID of version 7. */
  tokenId: string;
  /** In seconds since 1970; from then on nobody has to remember that it was taken back. */
  expiresAt: number;
}

/** Which tokens were taken back, for as long as they would have lived. */
export interface RevocationStore {
  /** To be called before a token is given, so that the store can speak for it. Never fails. */
  prepare(): Promise<void>;
  /**
   * From then on the token is refused. Within the transaction of the act where the store can take part in one.
   * @throws ServiceError OVERLOADED when it cannot be remembered
   */
  revoke(tx: Transaction, token: RevocableToken): Promise<void>;
  /**
   * True also for a token that is older than what the store remembers.
   * @throws ServiceError TOKEN_UNVERIFIED when it cannot be told
   */
  isRevoked(token: RevocableToken): Promise<boolean>;
  close(): Promise<void>;
}

/** When a token was given, in milliseconds since 1970: the first 48 bits of its id (RFC 9562 §5.7). */
export const givenAt = ({ tokenId }: Pick<RevocableToken, "tokenId">): number =>
  Number.parseInt(tokenId.slice(0, 8) + tokenId.slice(9, 13), 16);
