import type { ApiContext } from "@crm/api";
import {
  authenticate,
  authenticateProfile,
  type Caller,
  type Dependencies,
  type LimitStatus,
  ServiceError,
  tighter,
} from "@crm/services";
import type { AppContext } from "./app-env.ts";
import { bearerToken } from "./bearer-token.ts";
import { clearTokenCookies, readTokenCookies, setTokenCookies } from "./cookies.ts";
import { cutWhenOver } from "./cut-when-over.ts";

export interface ApiContextOptions {
  dependencies: Dependencies;
  production: boolean;
}

/** Who can be signed in where: users alone, users and profiles, or both by Bearer alone. */
export type Door = "api" | "trpc" | "shop";

/** What procedures get of a request. With `signedIn` false nobody is looked up: the procedure is for anybody. */
export async function createApiContext(
  c: AppContext,
  { dependencies, production }: ApiContextOptions,
  { signedIn, door = "api" }: { signedIn: boolean; door?: Door },
): Promise<ApiContext> {
  const caller = c.get("caller");
  const bearer = bearerToken(c);
  // Where a Bearer is sent, it alone counts; and a shop's page must not log out whoever is an admin besides.
  const cookies = bearer === null && door !== "shop" ? readTokenCookies(c) : { accessToken: null, refreshToken: null };
  const accessToken = bearer ?? cookies.accessToken;
  const whoIsThat = async () => (accessToken ? authenticate(dependencies, caller, accessToken) : null);
  const actor = signedIn ? await whoIsThat() : null;
  if (actor) c.set("userId", actor.userId);
  const mayBeProfile = signedIn && door !== "api" && !actor && bearer !== null;
  const whichProfile = mayBeProfile ? await findProfile(dependencies, caller, bearer) : NO_PROFILE;
  if (whichProfile.profile) c.set("profileId", whichProfile.profile.profileId);
  return {
    dependencies,
    caller,
    actor,
    ...whichProfile,
    reauthenticate: whoIsThat,
    credentials: {
      refreshToken: cookies.refreshToken,
      setTokens: (tokens) => setTokenCookies(c, tokens, production),
      clearTokens: () => clearTokenCookies(c, production),
    },
    upload: null,
    sendFile: null,
    idempotencyKey: c.req.header("idempotency-key") ?? null,
    onLimit: limitHeaders(c),
    onReplay: () => c.header("Idempotent-Replay", "true"),
    onStream: (stream) => cutWhenOver(c, stream),
  };
}

type WhichProfile = Pick<ApiContext, "profile" | "profileUnknown">;
const NO_PROFILE: WhichProfile = { profile: null, profileUnknown: null };

/** That it cannot be told is for those to say who have to know: the other calls of a batch need not. */
async function findProfile(dependencies: Dependencies, caller: Caller, token: string): Promise<WhichProfile> {
  try {
    return { ...NO_PROFILE, profile: await authenticateProfile(dependencies, caller, token) };
  } catch (error) {
    if (error instanceof ServiceError) return { ...NO_PROFILE, profileUnknown: error };
    throw error;
  }
}

/**
 * `RateLimit-*` as in draft-ietf-httpapi-ratelimit-headers-06 §3: of all limits that a request was counted for, the one
 * nearest to being reached.
 */
function limitHeaders(c: AppContext): (limit: LimitStatus) => void {
  let shown: LimitStatus | null = null;
  return (limit) => {
    shown = shown ? tighter(shown, limit) : limit;
    c.header("RateLimit-Limit", String(shown.limit));
    c.header("RateLimit-Remaining", String(shown.remaining));
    c.header("RateLimit-Reset", String(shown.reset));
  };
}
