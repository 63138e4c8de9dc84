import { givenAt, type RevocableToken, type RevocationStore } from "./revocation-store.ts";

/** How often what is over is forgotten, in milliseconds. */
const SWEEP = 600_000;

/**
 * The list of one process, gone with it. What it took back nobody knows afterwards, so tokens that were given before it
 * began are refused.
 */
export class MemoryRevocationStore implements RevocationStore {
  readonly #since = Date.now();
  /** By id, when the token would have ended. */
  readonly #revoked = new Map<string, number>();
  #sweptAt = Date.now();

  /** How many tokens are remembered. */
  get size(): number {
    return this.#revoked.size;
  }

  async prepare(): Promise<void> {}

  async revoke(_tx: unknown, { tokenId, expiresAt }: RevocableToken): Promise<void> {
    this.#sweep();
    this.#revoked.set(tokenId, expiresAt);
  }

  async isRevoked(token: RevocableToken): Promise<boolean> {
    return givenAt(token) < this.#since || this.#revoked.has(token.tokenId);
  }

  async close(): Promise<void> {}

  #sweep(): void {
    const now = Date.now();
    if (now < this.#sweptAt + SWEEP) return;
    this.#sweptAt = now;
    for (const [tokenId, expiresAt] of this.#revoked) if (expiresAt * 1000 < now) this.#revoked.delete(tokenId);
  }
}
