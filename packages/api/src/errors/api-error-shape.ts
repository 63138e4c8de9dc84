import type { ErrorDetail } from "@crm/schemas";
import type { TRPCDefaultErrorData, TRPCErrorShape } from "@trpc/server";

/** An error over tRPC: its own `code`, and beside it ours. Never a stack. */
export interface ApiErrorData extends TRPCDefaultErrorData {
  /** One of the codes in `@crm/schemas`. */
  reason: string;
  details?: readonly ErrorDetail[];
  requestId?: string;
}

export type ApiErrorShape = TRPCErrorShape<ApiErrorData>;
