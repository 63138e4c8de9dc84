import { newId } from "@crm/db";
import { jwtVerify } from "jose";
import type { SigningKeys } from "../auth/signing-keys.ts";

const ISSUER = "crm";
const AUDIENCE = "profile";
const TYPE = "at+jwt";

/** Life of a profile's token, in seconds. There is none to renew it with. */
const PROFILE_TOKEN_SECONDS = 86_400;

/** What a profile's token says. Whether it still counts is read anew at each request. */
export interface ProfileClaims {
  profileId: string;
  organizationId: string;
  /** `jti`: a UUID of version 7, which therefore also says when the token was given. */
  tokenId: string;
  /** That of the profile when the token was given. */
  tokenVersion: number;
  /** In seconds since 1970. */
  expiresAt: number;
}

/** Signs and verifies the tokens of profiles: in everything like access tokens, but for another audience. */
export class ProfileTokens {
  constructor(private readonly keys: SigningKeys) {}

  sign({ profileId, organizationId, tokenVersion }: Omit<ProfileClaims, "tokenId" | "expiresAt">): string {
    const of = { org: organizationId, ver: tokenVersion, sub: profileId, jti: newId() };
    return this.keys.sign(TYPE, { ...of, iss: ISSUER, aud: AUDIENCE }, PROFILE_TOKEN_SECONDS);
  }

  /** Null for whatever is not a valid, living token of a profile. */
  async verify(token: string): Promise<ProfileClaims | null> {
    try {
      const { payload } = await jwtVerify(token, (header) => this.keys.named(header.kid), {
        algorithms: ["HS256"],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ["exp", "sub", "org", "jti", "ver"],
      });
      const { sub, org, jti, ver, exp } = payload;
      if (exp === undefined || !Number.isFinite(exp)) return null; // JSON's 1e999 is a number, and never over
      if (typeof sub !== "string" || typeof org !== "string" || typeof jti !== "string") return null;
      if (typeof ver !== "number") return null;
      return { profileId: sub, organizationId: org, tokenId: jti, tokenVersion: ver, expiresAt: exp };
    } catch {
      return null;
    }
  }
}
