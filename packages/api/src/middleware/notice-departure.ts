import { isGone, ServiceError } from "@crm/services";
import { loggableFault } from "../errors/loggable-fault.ts";
import { toServiceError } from "../errors/to-service-error.ts";
import { t } from "../trpc.ts";

/** How a call can end whose rows went with their user while it ran: not there, in another state, or a broken key. */
const SUSPECT: ReadonlySet<number> = new Set([404, 409, 500]);

/**
 * Says what it is when a call fails because its user was deleted while it ran: whoever made it is signed in no more.
 * Looked up after such failures alone, so that calls that succeed pay nothing for it. @throws UNAUTHORIZED
 */
export const noticeDeparture = t.middleware(async ({ ctx, path, next }) => {
  const result = await next();
  if (result.ok || !ctx.actor) return result;
  const error = toServiceError(result.error);
  if (!SUSPECT.has(error.status)) return result;
  const { dependencies, actor } = ctx;
  // When this cannot be told either, the failure stays the one it was.
  if (!(await isGone(dependencies, actor).catch(() => false))) return result;
  dependencies.logger.info(
    { err: loggableFault(error.cause ?? error), requestId: actor.requestId, procedure: path },
    "a call failed because its user was deleted",
  );
  throw new ServiceError("UNAUTHORIZED", { cause: error });
});
