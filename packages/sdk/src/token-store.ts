/** A session's tokens. `expiresIn` is the access token's life in seconds, counted from when it was given. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

/**
 * Where tokens are kept. Whatever several clients share (a file, a table) may be written by another one at any time:
 * it is read before each call.
 */
export interface TokenStore {
  get(): Tokens | null | Promise<Tokens | null>;
  set(tokens: Tokens): void | Promise<void>;
  clear(): void | Promise<void>;
}

/** Keeps tokens for as long as the process lives; may begin with some. */
export function memoryTokenStore(initial: Tokens | null = null): TokenStore {
  let kept = initial;
  return {
    get: () => kept,
    set: (tokens) => {
      kept = tokens;
    },
    clear: () => {
      kept = null;
    },
  };
}
