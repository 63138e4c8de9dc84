import { loggableFault } from "../errors/loggable-fault.ts";
import { toServiceError, toTrpcError } from "../errors/to-service-error.ts";
import { t } from "../trpc.ts";

/** Whatever a procedure fails with leaves as a coded error; what nobody foresaw is logged, and told as its id alone. */
export const mapErrors = t.middleware(async ({ ctx, path, next }) => {
  const result = await next();
  if (result.ok) return result;
  const error = toServiceError(result.error);
  if (error.status >= 500) {
    const { requestId } = ctx.caller;
    ctx.dependencies.logger.error(
      { err: loggableFault(error.cause ?? error), requestId, procedure: path, code: error.code },
      "a procedure failed",
    );
  }
  throw toTrpcError(error);
});
