import type { AppMiddleware } from "./app-env.ts";

const METHODS = "GET, HEAD, POST, PATCH, PUT, DELETE";
const REQUEST_HEADERS = "Authorization, Content-Disposition, Content-Type, Idempotency-Key, Last-Event-ID";
const RESPONSE_HEADERS =
  "Content-Disposition, Idempotent-Replay, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id";
/** Seconds for which a browser need not ask again. */
const PREFLIGHT_SECONDS = "600";

/** Lets pages of the listed origins, and of no other, read our answers. Origins are compared whole, never by part. */
export function cors({ corsOrigins }: { corsOrigins: readonly string[] }): AppMiddleware {
  const allowed = new Set(corsOrigins);
  return async (c, next) => {
    const origin = c.req.header("origin");
    c.header("Vary", "Origin");
    const isAllowed = origin !== undefined && allowed.has(origin);
    if (isAllowed) {
      c.header("Access-Control-Allow-Origin", origin);
      c.header("Access-Control-Allow-Credentials", "true");
      c.header("Access-Control-Expose-Headers", RESPONSE_HEADERS);
    }
    const isPreflight = c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;
    if (origin === undefined || !isPreflight) return next();
    if (isAllowed) {
      c.header("Access-Control-Allow-Methods", METHODS);
      c.header("Access-Control-Allow-Headers", REQUEST_HEADERS);
      c.header("Access-Control-Max-Age", PREFLIGHT_SECONDS);
    }
    return c.body(null, 204);
  };
}
