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
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") return [{ path: path.join("."), message: sentenceOf(issue) }];
  return issue.keys.map((key) => ({ path: [...path, key].join("."), message: "is not known here" }));
}

/** A field that is not there at all is the most frequent mistake; the validator tells it in words for programmers. */
const sentenceOf = ({ code, message }: z.core.$ZodIssue): string =>
  code === "invalid_type" && message.endsWith("received undefined") ? "is needed" : message;

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
