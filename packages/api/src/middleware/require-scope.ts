import { ServiceError } from "@crm/services";
import type { ApiMeta } from "../meta.ts";
import { t } from "../trpc.ts";

/** Holds API keys to their scopes: what names no scope is not for keys at all. @throws FORBIDDEN */
export const requireScope = t.middleware(({ ctx, meta, next }) => {
  const key = ctx.actor?.apiKey;
  const scopes = [(meta as ApiMeta | undefined)?.scope ?? []].flat();
  if (key && !scopes.some((scope) => key.scopes.includes(scope))) {
    const message =
      scopes.length > 0 ? `This API key lacks the scope ${scopes.join(" or ")}.` : "API keys cannot be used for this.";
    throw new ServiceError("FORBIDDEN", { message });
  }
  return next();
});
