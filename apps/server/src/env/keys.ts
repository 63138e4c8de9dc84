import type { EncryptionKey, SigningKey } from "@crm/services";

/** A key with the name by which it is told apart while keys rotate. */
export interface NamedKey {
  id: string;
  secret: string;
}

interface KeyVariables {
  JWT_SECRET?: string | undefined;
  JWT_SECRETS?: NamedKey[] | undefined;
  ENCRYPTION_KEY?: string | undefined;
  ENCRYPTION_KEYS?: NamedKey[] | undefined;
}

/** The name of the key that was given without one. */
const UNNAMED = "default";

/** `id:secret,id:secret`, or null for what is not such a list or names a key twice. */
export function parseKeys(value: string): NamedKey[] | null {
  const keys: NamedKey[] = [];
  for (const entry of value.split(",")) {
    const [, id, secret] = /^([A-Za-z0-9_-]{1,32}):(.+)$/.exec(entry.trim()) ?? [];
    if (id === undefined || secret === undefined || keys.some((key) => key.id === id)) return null;
    keys.push({ id, secret });
  }
  return keys;
}

/** The list first, then the single one: so that one may go over to a list without signing everybody out. */
const inOrder = (list: NamedKey[] | undefined, single: string | undefined): NamedKey[] => {
  const keys = [...(list ?? [])];
  if (single !== undefined && !keys.some(({ id }) => id === UNNAMED)) keys.push({ id: UNNAMED, secret: single });
  return keys;
};

const nonEmpty = <Item>([first, ...rest]: Item[]): [Item, ...Item[]] | null =>
  first === undefined ? null : [first, ...rest];

/** The keys that sign access tokens, or null when none is set. */
export const signingKeysFrom = (env: KeyVariables): [SigningKey, ...SigningKey[]] | null =>
  nonEmpty(inOrder(env.JWT_SECRETS, env.JWT_SECRET).map(({ id, secret }) => ({ id, secret: Buffer.from(secret) })));

/** The keys that encrypt secrets at rest, or null when none is set. */
export const encryptionKeysFrom = (env: KeyVariables): [EncryptionKey, ...EncryptionKey[]] | null =>
  nonEmpty(
    inOrder(env.ENCRYPTION_KEYS, env.ENCRYPTION_KEY).map(({ id, secret }) => ({
      id,
      key: Buffer.from(secret, "base64"),
    })),
  );
