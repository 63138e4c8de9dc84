import { ServiceError } from "@crm/services";
import { t } from "../trpc.ts";

/** Lets only the signed-in pass. @throws UNAUTHORIZED */
export const requireActor = t.middleware(({ ctx, next }) => {
  if (!ctx.actor) throw new ServiceError("UNAUTHORIZED");
  return next({ ctx: { actor: ctx.actor } });
});

/** The same, or whoever runs the installation. @throws UNAUTHORIZED */
export const requireActorOrOperator = t.middleware(({ ctx, next }) => {
  if (!ctx.actor && !ctx.operator) throw new ServiceError("UNAUTHORIZED");
  return next();
});
