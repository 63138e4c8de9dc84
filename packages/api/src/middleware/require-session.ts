import { ServiceError, type SessionActor } from "@crm/services";
import { t } from "../trpc.ts";

/** Lets only those pass who signed in themselves. @throws UNAUTHORIZED, and FORBIDDEN for API keys */
export const requireSession = t.middleware(({ ctx, next }) => {
  const { actor } = ctx;
  if (!actor) throw new ServiceError("UNAUTHORIZED");
  if (!isSession(actor)) throw new ServiceError("FORBIDDEN", { message: "API keys cannot be used for this." });
  return next({ ctx: { actor } });
});

const isSession = (actor: { sessionId: string | null }): actor is SessionActor => actor.sessionId !== null;
