import type { Handler } from "hono";
import type { AppEnv } from "./app-env.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";

/** For what can only be read. */
export function onlyGet(handler: Handler<AppEnv>): Handler<AppEnv> {
  return (c, next) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") throw methodNotAllowed(c, "GET, HEAD");
    return handler(c, next);
  };
}
