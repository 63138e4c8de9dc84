import { ServiceError } from "@crm/services";
import { t } from "../trpc.ts";

/** Turns members away before their input is looked at; the services check the role again. @throws FORBIDDEN */
export const requireAdmin = t.middleware(({ ctx, next }) => {
  if (ctx.actor?.role !== "admin") throw new ServiceError("FORBIDDEN");
  return next();
});
