import { ServiceError } from "@crm/services";
import type { AppContext, AppMiddleware } from "./app-env.ts";
import { bearerToken } from "./bearer-token.ts";
import { readTokenCookies } from "./cookies.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Against forged requests: browsers add cookies by themselves, so a write that rides on one has to say which page it
 * comes from. A Bearer token is never added by a browser, and with one the cookies do not count.
 */
export function checkOrigin({ corsOrigins }: { corsOrigins: readonly string[] }): AppMiddleware {
  const allowed = new Set(corsOrigins);
  return async (c, next) => {
    if (!SAFE.has(c.req.method) && ridesOnCookie(c) && !comesFromHere(c, allowed)) {
      throw new ServiceError("ORIGIN_NOT_ALLOWED");
    }
    await next();
  };
}

function ridesOnCookie(c: AppContext): boolean {
  if (bearerToken(c) !== null) return false;
  const { accessToken, refreshToken } = readTokenCookies(c);
  return accessToken !== null || refreshToken !== null;
}

function comesFromHere(c: AppContext, allowed: ReadonlySet<string>): boolean {
  const origin = c.req.header("origin");
  if (origin === undefined) return c.req.header("sec-fetch-site") === "same-origin";
  return allowed.has(origin) || isOwn(origin, c.req.header("host"));
}

// By host alone: behind a proxy that ends TLS, our own scheme is not known for sure.
function isOwn(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
