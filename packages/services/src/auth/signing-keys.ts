import { createSecretKey, type KeyObject } from "node:crypto";

export interface SigningKey {
  id: string;
  secret: Uint8Array;
}

/** The keys of all tokens. The first signs, all verify. */
export class SigningKeys {
  // KeyObjects, because a string secret costs the library a failed public-key parse at every verification.
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly currentId: string;

  constructor(keys: readonly [SigningKey, ...SigningKey[]]) {
    this.#keys = new Map(keys.map(({ id, secret }) => [id, createSecretKey(secret)]));
    this.currentId = keys[0].id;
  }

  get current(): KeyObject {
    return this.named(this.currentId);
  }

  /** @throws Error for a name that no key has */
  named(id: string | undefined): KeyObject {
    const key = id === undefined ? undefined : this.#keys.get(id);
    if (!key) throw new Error("unknown key id");
    return key;
  }
}
