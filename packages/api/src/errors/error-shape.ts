import type { ErrorDetail } from "@crm/schemas";
import type { ServiceError } from "@crm/services";
import type { TRPCDefaultErrorData, TRPCErrorShape } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { trpcCode } from "./to-service-error.ts";

/** An error over tRPC: its own `code`, and beside it ours. Never a stack. */
export interface ApiErrorData extends TRPCDefaultErrorData {
  /** One of the codes in `@crm/schemas`. */
  reason: string;
  details?: readonly ErrorDetail[];
  requestId?: string;
}

export type ApiErrorShape = TRPCErrorShape<ApiErrorData>;

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
