import { CrmError, isCrmError } from "../crm-error.ts";
import { ERROR_STATUSES } from "./error-statuses.ts";

interface WrittenError {
  asRest(): Response;
  asTrpc(path: string): Response;
}

/** An error as the server writes it, over either face. */
export function errorOf(thrown: unknown): WrittenError {
  const error = isCrmError(thrown) ? thrown : new CrmError("INTERNAL_ERROR", String(thrown));
  const { code, message, details, requestId, retryAfter } = error;
  const status = error.status ?? (ERROR_STATUSES as Record<string, number>)[code] ?? 500;
  const named = { ...(details.length > 0 && { details }), requestId: requestId ?? "fake-request" };
  const headers: Record<string, string> = retryAfter === null ? {} : { "retry-after": String(retryAfter) };
  return {
    asRest: () => Response.json({ success: false, error: message, code, ...named }, { status, headers }),
    asTrpc: (path: string) => {
      const data = { code: "FAKE", httpStatus: status, path, reason: code, ...named };
      return Response.json({ error: { json: { message, code: -32_000, data } } }, { status, headers });
    },
  };
}
