import { ERROR_CODES, type ErrorCode, type ErrorDetail } from "@crm/schemas";
import { ServiceError } from "@crm/services";
import { TRPCError } from "@trpc/server";
import { z } from "zod";

/** tRPC's own refusals, before a procedure runs. */
const BY_TRPC_CODE: Partial<Record<TRPCError["code"], ErrorCode>> = {
  BAD_REQUEST: "VALIDATION_ERROR",
  PARSE_ERROR: "VALIDATION_ERROR",
  UNAUTHORIZED: "UNAUTHORIZED",
  FORBIDDEN: "FORBIDDEN",
  NOT_FOUND: "NOT_FOUND",
  METHOD_NOT_SUPPORTED: "METHOD_NOT_ALLOWED",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
};

/** The error a caller may see; for what nobody threw on purpose, INTERNAL_ERROR with the fault as its cause. */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (!(error instanceof TRPCError)) return new ServiceError("INTERNAL_ERROR", { cause: error });
  if (error.cause instanceof ServiceError) return error.cause;
  // A failed output check carries a ZodError too, but is a fault of ours.
  if (error.code === "BAD_REQUEST" && error.cause instanceof z.core.$ZodError)
    return validationError(error.cause.issues);
  return new ServiceError(BY_TRPC_CODE[error.code] ?? "INTERNAL_ERROR", { cause: error });
}

/** The same error as tRPC carries it. */
export const toTrpcError = (error: ServiceError): TRPCError =>
  new TRPCError({ code: trpcCode(error.code), message: error.message, cause: error });

/** A crowd of wrong values must not be answered by a larger one. */
const MAX_DETAILS = 20;
const MAX_PATH_LENGTH = 200;

const validationError = (issues: readonly z.core.$ZodIssue[]): ServiceError =>
  new ServiceError("VALIDATION_ERROR", {
    details: issues
      .slice(0, MAX_DETAILS)
      .flatMap(toDetails)
      .slice(0, MAX_DETAILS)
      .map(({ path, message }) => ({ path: path.slice(0, MAX_PATH_LENGTH), message })),
  });

function toDetails(issue: z.core.$ZodIssue): ErrorDetail[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: "is not known here" }));
  }
  // Of several kinds that an input may be, the one that it is tells best what is wrong with it.
  const meant = issue.code === "invalid_union" ? issue.errors.find((branch) => !branch.some(isOfAnotherKind)) : null;
  if (!meant) return [{ path: pathOf(issue.path), message: issue.message }];
  return meant.flatMap((inner) => toDetails({ ...inner, path: [...issue.path, ...inner.path] }));
}

const isOfAnotherKind = ({ code, path }: z.core.$ZodIssue) => code === "invalid_type" && path.length === 0;
const pathOf = (path: readonly PropertyKey[]) => path.map(String).join(".");

const BY_STATUS: Record<(typeof ERROR_CODES)[ErrorCode]["status"], TRPCError["code"]> = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_SUPPORTED",
  409: "CONFLICT",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  422: "UNPROCESSABLE_CONTENT",
  429: "TOO_MANY_REQUESTS",
  500: "INTERNAL_SERVER_ERROR",
  502: "BAD_GATEWAY",
  503: "SERVICE_UNAVAILABLE",
};

export const trpcCode = (code: ErrorCode): TRPCError["code"] => BY_STATUS[ERROR_CODES[code].status];
