/**
 * A session's tokens. `expiresIn` is the access token's life in seconds, counted from when it was given. The token of a
 * profile comes alone: its `refreshToken` is "".
 */
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

/** The life of a profile's token, in seconds. */
const PROFILE_TOKEN_SECONDS = 86_400;

/** A token that there is nothing to renew with. */
export const tokensOf = (token: string): Tokens => ({
  accessToken: token,
  refreshToken: "",
  expiresIn: PROFILE_TOKEN_SECONDS,
});

/**
 * Keeps tokens for as long as the process lives; may begin with some, or with one that stands alone: a profile's, or an
 * API key.
 * @example createCrmClient({ baseUrl, tokens: memoryTokenStore(request.cookies.profileToken) })
 */
export function memoryTokenStore(initial: Tokens | string | null = null): TokenStore {
  let kept = typeof initial === "string" ? tokensOf(initial) : initial;
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
