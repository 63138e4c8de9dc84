import { type Actor, type Counted, type ProfileActor, RateLimitedError } from "@crm/services";
import { t } from "../trpc.ts";

/** Counts each call, also each of a batch, before anything else looks at it. @throws RATE_LIMITED */
export const limitCalls = t.middleware(async ({ ctx, path, next }) => {
  if (ctx.operator) return next();
  try {
    ctx.onLimit(await ctx.dependencies.limits.countCall(ctx.caller, callerOf(ctx.actor, ctx.profile), path));
  } catch (error) {
    if (error instanceof RateLimitedError) ctx.onLimit(error.limit);
    throw error;
  }
  const result = await next();
  // A limit of the act itself, such as that of failed logins.
  if (!result.ok && result.error.cause instanceof RateLimitedError) ctx.onLimit(result.error.cause.limit);
  return result;
});

/** A profile's calls are its own, and no user has its id. */
function callerOf(actor: Actor | null, profile: ProfileActor | null): Counted | null {
  if (actor || !profile) return actor;
  return { organizationId: profile.organizationId, userId: `profile/${profile.profileId}` };
}
