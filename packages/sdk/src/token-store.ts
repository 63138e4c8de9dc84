/**
 * A session's tokens.
 * @example
 * ```ts
 * const { tokens } = await crm.auth.login({ username: "jana", password });
 * const another = createCrmClient({ baseUrl, tokens: memoryTokenStore(tokens ?? null) });
 * ```
 */
export interface Tokens {
  /** What calls are signed in with, as Bearer (RFC 6750). */
  accessToken: string;
  /** What it is renewed with, once. "" for a token that came alone, as a profile's does. */
  refreshToken: string;
  /** The access token's life in seconds, counted from when it was given. */
  expiresIn: number;
}

/**
 * Where tokens are kept. Whatever several clients share (a file, a table) may be written by another one at any time:
 * it is read before each call.
 * @example
 * ```ts
 * const inThisTab: TokenStore = {
 *   get: () => JSON.parse(sessionStorage.getItem("crm") ?? "null"),
 *   set: (tokens) => sessionStorage.setItem("crm", JSON.stringify(tokens)),
 *   clear: () => sessionStorage.removeItem("crm"),
 * };
 * ```
 */
export interface TokenStore {
  /** The tokens that were set last; null when nobody is signed in. */
  get(): Tokens | null | Promise<Tokens | null>;
  /** Keeps tokens that were given: at sign-in, and whenever they are renewed. */
  set(tokens: Tokens): void | Promise<void>;
  /** Forgets them: after the sign-out, and when the session is over. */
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
 * @example
 * ```ts
 * const robot = createCrmClient({ baseUrl, tokens: memoryTokenStore(process.env.CRM_API_KEY) });
 * ```
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
