import type { ErrorCode } from "@crm/schemas";
import type { Caller } from "@crm/services";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";

/** What a request carries through the middlewares. */
export interface AppEnv {
  Bindings: HttpBindings;
  Variables: {
    caller: Caller;
    /** Set once somebody is known to be signed in; for the log. */
    userId?: string;
    /** The same for a customer of the shop. */
    profileId?: string;
    /** The codes of what was refused or went wrong, one for each call of a batch that did; for the log. */
    failures?: readonly ErrorCode[];
  };
}

export type AppContext = Context<AppEnv>;
export type AppMiddleware = MiddlewareHandler<AppEnv>;
