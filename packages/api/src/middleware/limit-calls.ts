import { RateLimitedError } from "@crm/services";
import { t } from "../trpc.ts";

/** Counts each call, also each of a batch, before anything else looks at it. @throws RATE_LIMITED */
export const limitCalls = t.middleware(async ({ ctx, path, next }) => {
  if (ctx.operator) return next();
  try {
    ctx.onLimit(await ctx.dependencies.limits.countCall(ctx.caller, ctx.actor, path));
  } catch (error) {
    if (error instanceof RateLimitedError) ctx.onLimit(error.limit);
    throw error;
  }
  const result = await next();
  // A limit of the act itself, such as that of failed logins.
  if (!result.ok && result.error.cause instanceof RateLimitedError) ctx.onLimit(result.error.cause.limit);
  return result;
});
