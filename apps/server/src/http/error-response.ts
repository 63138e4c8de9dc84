import { loggableFault, procedureTable, restProcedures, toErrorResponseBody, toServiceError } from "@crm/api";
import { ERROR_CODES } from "@crm/schemas";
import { type Logger, ServiceError } from "@crm/services";
import { TRPCError } from "@trpc/server";
import type { ErrorHandler, NotFoundHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppContext, AppEnv } from "./app-env.ts";

const TRPC = "/trpc/";
/** The first segments of the shop's paths, whose errors are bare. */
const SHOP = new Set(restProcedures.flatMap(({ shop, path }) => (shop ? [firstSegment(path)] : [])));

/** Answers with the error's envelope, or as tRPC does where tRPC was asked. */
function errorResponse(c: AppContext, error: ServiceError): Response {
  c.set("failures", [error.code]);
  const { requestId } = c.get("caller");
  const status = ERROR_CODES[error.code].status as ContentfulStatusCode;
  if (error.retryAfter !== undefined) c.header("Retry-After", String(error.retryAfter));
  if (status === 413 || hasLargeBody(c)) c.header("Connection", "close");
  if (status === 401) c.header("WWW-Authenticate", "Bearer");
  if (c.req.path.startsWith(TRPC)) {
    const name = c.req.path.slice(TRPC.length);
    const path = procedureTable.has(name) ? name : undefined;
    return c.json(toErrorResponseBody(error, { requestId, path }), status);
  }
  if (SHOP.has(firstSegment(c.req.path))) return c.json(toShopError(error), status);
  const { message, code, details } = error;
  return c.json({ success: false, error: message, code, ...(details && { details }), requestId }, status);
}

/** Octets of a body that have surely arrived by the time that its request is refused. */
const SOON_THERE = 64 * 1024;

/**
 * Whether the request's body may not have been read to its end. The server waits a moment for the rest of it, then lets
 * go of the connection, which by then the client may have used for something else.
 */
function hasLargeBody(c: AppContext): boolean {
  return c.req.header("transfer-encoding") !== undefined || Number(c.req.header("content-length") ?? 0) > SOON_THERE;
}

function firstSegment(path: string): string {
  return path.split("/", 2)[1] ?? "";
}

/** Two fields and no more: which fields of the input were wrong is told in the sentence. */
function toShopError({ code, message, details = [] }: ServiceError): { code: string; error: string } {
  const sentences = details.map(({ path, message }) => `${path} ${message}`.trim());
  return {
    code: code.toLowerCase(),
    error: [message, ...(sentences.length > 0 ? [`${sentences.join("; ")}.`] : [])].join(" "),
  };
}

/** The one place where a request that failed gets its answer. */
export function handleErrors(logger: Logger): ErrorHandler<AppEnv> {
  return (fault, c) => {
    const error = toServiceError(fault);
    // What a procedure failed with has been logged there, with the procedure's name.
    if (error.status >= 500 && !(fault instanceof TRPCError)) {
      const { requestId } = c.get("caller");
      logger.error({ err: loggableFault(error.cause ?? error), requestId, path: c.req.path }, "a request failed");
    }
    return errorResponse(c, error);
  };
}

export const handleUnknownPath: NotFoundHandler<AppEnv> = (c) => errorResponse(c, new ServiceError("NOT_FOUND"));
