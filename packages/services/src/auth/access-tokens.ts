import { jwtVerify } from "jose";
import type { SigningKeys } from "./signing-keys.ts";

const ISSUER = "crm";
const AUDIENCE = "api";
const TYPE = "at+jwt";

/** Life of an access token, in seconds. */
export const ACCESS_TOKEN_SECONDS = 3600;

/** What an access token says. Role and user state are read from the database at each request, never from here. */
export interface AccessClaims {
  userId: string;
  organizationId: string;
  sessionId: string;
}

/** Verified tokens that are remembered; some hundred bytes each. */
const MAX_KNOWN = 10_000;

/** Signs and verifies access tokens (RFC 9068's shape, HS256). */
export class AccessTokens {
  /** What a signature proves stays proven, so each token is verified once; only whether its time is over is asked again. */
  readonly #known = new Map<string, AccessClaims & { exp: number }>();

  constructor(private readonly keys: SigningKeys) {}

  sign({ userId, organizationId, sessionId }: AccessClaims): string {
    const claims = { org: organizationId, sid: sessionId, sub: userId, iss: ISSUER, aud: AUDIENCE };
    return this.keys.sign(TYPE, claims, ACCESS_TOKEN_SECONDS);
  }

  /** Null for whatever is not a valid, living access token of ours. */
  async verify(token: string): Promise<AccessClaims | null> {
    const known = this.#known.get(token) ?? (await this.#verifyNew(token));
    if (!known || known.exp <= Math.floor(Date.now() / 1000)) return null;
    const { userId, organizationId, sessionId } = known;
    return { userId, organizationId, sessionId };
  }

  async #verifyNew(token: string): Promise<(AccessClaims & { exp: number }) | null> {
    try {
      const { payload } = await jwtVerify(token, (header) => this.keys.named(header.kid), {
        algorithms: ["HS256"],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ["exp", "sub", "org", "sid"],
      });
      const { sub, org, sid, exp } = payload;
      if (exp === undefined || !Number.isFinite(exp)) return null; // JSON's 1e999 is a number, and never over
      if (typeof sub !== "string" || typeof org !== "string" || typeof sid !== "string") return null;
      const claims = { userId: sub, organizationId: org, sessionId: sid, exp };
      const [oldest] = this.#known.size >= MAX_KNOWN ? this.#known.keys() : [];
      if (oldest !== undefined) this.#known.delete(oldest);
      this.#known.set(token, claims);
      return claims;
    } catch {
      return null;
    }
  }
}
