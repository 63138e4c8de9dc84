import type { ServiceError } from "@crm/services";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import type { ApiErrorShape } from "./api-error-shape.ts";
import { trpcCode } from "./to-service-error.ts";

export interface ErrorOrigin {
  requestId?: string | undefined;
  /** The procedure's name. */
  path?: string | undefined;
}

export function toErrorShape(error: ServiceError, { requestId, path }: ErrorOrigin): ApiErrorShape {
  const code = trpcCode(error.code);
  return {
    message: error.message,
    code: TRPC_ERROR_CODES_BY_KEY[code],
    data: {
      code,
      httpStatus: error.status,
      reason: error.code,
      ...(error.details && { details: error.details }),
      ...(requestId !== undefined && { requestId }),
      ...(path !== undefined && { path }),
    },
  };
}

/** The whole tRPC answer for a request that was refused before it reached a procedure. */
export const toErrorResponseBody = (error: ServiceError, origin: ErrorOrigin) => ({
  error: { json: toErrorShape(error, origin) },
});
