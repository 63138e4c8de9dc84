import { ServiceError } from "@crm/services";
import type { ApiMeta } from "../meta.ts";
import { t } from "../trpc.ts";

/** Holds API keys to their scopes: what names no scope is not for keys at all. @throws FORBIDDEN */
export const requireScope = t.middleware(({ ctx, meta, next }) => {
  const key = ctx.actor?.apiKey;
  const scope = (meta as ApiMeta | undefined)?.scope;
  if (key && !(scope && key.scopes.includes(scope))) {
    const message = scope ? `This API key lacks the scope ${scope}.` : "API keys cannot be used for this.";
    throw new ServiceError("FORBIDDEN", { message });
  }
  return next();
});
