import type { ApiContext } from "@crm/api";
import { authenticate, type Dependencies, type LimitStatus, tighter } from "@crm/services";
import type { AppContext } from "./app-env.ts";
import { bearerToken } from "./bearer-token.ts";
import { clearTokenCookies, readTokenCookies, setTokenCookies } from "./cookies.ts";
import { cutWhenOver } from "./cut-when-over.ts";

export interface ApiContextOptions {
  dependencies: Dependencies;
  production: boolean;
}

/** What procedures get of a request. With `signedIn` false nobody is looked up: the procedure is for anybody. */
export async function createApiContext(
  c: AppContext,
  { dependencies, production }: ApiContextOptions,
  { signedIn }: { signedIn: boolean },
): Promise<ApiContext> {
  const caller = c.get("caller");
  const bearer = bearerToken(c);
  // Where a Bearer is sent, it alone counts.
  const cookies = bearer === null ? readTokenCookies(c) : { accessToken: null, refreshToken: null };
  const accessToken = bearer ?? cookies.accessToken;
  const whoIsThat = async () => (accessToken ? authenticate(dependencies, caller, accessToken) : null);
  const actor = signedIn ? await whoIsThat() : null;
  if (actor) c.set("userId", actor.userId);
  return {
    dependencies,
    caller,
    actor,
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
