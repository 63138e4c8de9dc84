import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

import type { SealContext } from "./sealed-columns.ts";

const NONCE_BYTES = 12;

/** A key by which secrets at rest are encrypted: 32 bytes, named so that keys can rotate. */
export interface EncryptionKey {
  id: string;
  key: Buffer;
}

/**
 * AES-256-GCM with a fresh nonce each time, as `keyId:nonce:tag:ciphertext` in base64url. The context (whose secret,
 * which field) is bound as additional data, so a value copied to another row does not decrypt.
 */
export class SecretBox {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: EncryptionKey;

  /** The first key encrypts, all decrypt. */
  constructor(keys: readonly [EncryptionKey, ...EncryptionKey[]]) {
    this.#current = keys[0];
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  get currentKeyId(): string {
    return this.#current.id;
  }

  /** Those that are there to decrypt alone. */
  get otherKeyIds(): string[] {
    return [...this.#keys.keys()].filter((id) => id !== this.#current.id);
  }

  encrypt(plaintext: string, context: SealContext): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#current.key, nonce).setAAD(additionalData(context));
    const ciphertext = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
    return [
      this.#current.id,
      ...[nonce, cipher.getAuthTag(), ciphertext].map((part) => part.toString("base64url")),
    ].join(":");
  }

  /** @throws Error when the key is gone, or the value was made for another context or changed. */
  decrypt(encrypted: string, context: SealContext): string {
    const [keyId = "", nonce = "", tag = "", ciphertext = ""] = encrypted.split(":");
    const key = this.#keys.get(keyId);
    if (!key) throw new Error(`No encryption key "${keyId}" is configured.`);
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), { authTagLength: 16 })
      .setAAD(additionalData(context))
      .setAuthTag(Buffer.from(tag, "base64url"));
    return Buffer.concat([decipher.update(Buffer.from(ciphertext, "base64url")), decipher.final()]).toString("utf8");
  }

  /** The same under the current key. @throws Error as `decrypt` does */
  reencrypt(encrypted: string, context: SealContext): string {
    return this.encrypt(this.decrypt(encrypted, context), context);
  }
}

// JSON keeps ["a","bc"] and ["ab","c"] apart.
const additionalData = (context: readonly string[]) => Buffer.from(JSON.stringify(context));
