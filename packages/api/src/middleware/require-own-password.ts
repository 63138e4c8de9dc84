import { ServiceError } from "@crm/services";
import { t } from "../trpc.ts";

/** Holds back whoever still has a temporary password. @throws PASSWORD_CHANGE_REQUIRED */
export const requireOwnPassword = t.middleware(({ ctx, next }) => {
  if (ctx.actor?.passwordDue) throw new ServiceError("PASSWORD_CHANGE_REQUIRED");
  return next();
});
