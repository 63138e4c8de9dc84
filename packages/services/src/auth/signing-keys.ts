import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

export interface SigningKey {
  id: string;
  secret: Uint8Array;
}

/** The keys of all tokens. The first signs, all verify. */
export class SigningKeys {
  // KeyObjects, because a string secret costs the library a failed public-key parse at every verification.
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #currentId: string;

  constructor(keys: readonly [SigningKey, ...SigningKey[]]) {
    this.#keys = new Map(keys.map(({ id, secret }) => [id, createSecretKey(secret)]));
    this.#currentId = keys[0].id;
  }

  /**
   * A JWT of these claims and its times (RFC 7519), signed with HS256 by the first key. Node's own HMAC and not the
   * library's, which goes through Web Crypto and a thread for it: that costs a login more than its output does.
   * @param seconds for which it holds
   */
  sign(type: string, claims: object, seconds: number): string {
    const iat = Math.floor(Date.now() / 1000);
    const header = { alg: "HS256", typ: type, kid: this.#currentId };
    const signed = `${encode(header)}.${encode({ ...claims, iat, exp: iat + seconds })}`;
    return `${signed}.${createHmac("sha256", this.named(this.#currentId)).update(signed).digest("base64url")}`;
  }

  /** @throws Error for a name that no key has */
  named(id: string | undefined): KeyObject {
    const key = id === undefined ? undefined : this.#keys.get(id);
    if (!key) throw new Error("unknown key id");
    return key;
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
