import { type Administrator, ServiceError } from "@crm/services";
import { t } from "../trpc.ts";

/** Turns members away before their input is looked at; the services check the role again. @throws FORBIDDEN */
export const requireAdmin = t.middleware(({ ctx, next }) => {
  if ((ctx.actor ?? ctx.operator)?.role !== "admin") throw new ServiceError("FORBIDDEN");
  return next();
});

/** Names who manages people: a user, or whoever runs the installation. @throws UNAUTHORIZED */
export const asAdministrator = t.middleware(({ ctx, next }) => {
  const actor: Administrator | undefined = ctx.actor ?? ctx.operator;
  if (!actor) throw new ServiceError("UNAUTHORIZED");
  return next({ ctx: { actor } });
});
