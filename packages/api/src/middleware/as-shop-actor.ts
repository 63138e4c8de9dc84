import { ServiceError, type ShopActor } from "@crm/services";
import { t } from "../trpc.ts";

/** Names who acts on profiles: one of them, or an administrator. @throws UNAUTHORIZED, TOKEN_UNVERIFIED, FORBIDDEN */
export const asShopActor = t.middleware(({ ctx, next }) => {
  if (ctx.profileUnknown) throw ctx.profileUnknown;
  const actor: ShopActor | null = ctx.profile ?? ctx.actor ?? ctx.operator ?? null;
  if (!actor) throw new ServiceError("UNAUTHORIZED");
  if ("role" in actor && actor.role !== "admin") throw new ServiceError("FORBIDDEN");
  return next({ ctx: { actor } });
});
