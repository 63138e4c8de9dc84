import { ServiceError } from "@crm/services";
import { t } from "../trpc.ts";

/** Lets only the signed-in pass. @throws UNAUTHORIZED */
export const requireActor = t.middleware(({ ctx, next }) => {
  if (!ctx.actor) throw new ServiceError("UNAUTHORIZED");
  return next({ ctx: { actor: ctx.actor } });
});
