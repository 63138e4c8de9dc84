import { TRPCClientError } from "@trpc/client";
import { CrmError, type CrmErrorCode, type CrmErrorOptions } from "./crm-error.ts";
import type { ErrorDetail } from "./server-types.ts";

/** What the server adds to tRPC's own errors. */
interface ErrorData {
  reason?: unknown;
  details?: readonly ErrorDetail[];
  requestId?: string;
}

/**
 * Puts whatever an attempt failed with into the one error that callers see.
 * @param response null when none came
 * @param server where it was sent
 */
export function toCrmError(error: unknown, response: Response | null, server: string): CrmError {
  const data = error instanceof TRPCClientError ? (error.data as ErrorData | null | undefined) : null;
  const shared = { status: response?.status, retryAfter: secondsOf(response) };
  if (typeof data?.reason === "string") {
    const { reason, details, requestId } = data;
    // A newer server may know reasons that this package does not; they are passed on as they are.
    return new CrmError(reason as CrmErrorCode, (error as Error).message, { ...shared, details, requestId });
  }
  const cause = error instanceof TRPCClientError ? (error.cause ?? error) : error;
  if (cause instanceof Error && cause.name === "TimeoutError") {
    return new CrmError("TIMEOUT", "The server took too long to answer.", { cause });
  }
  // fetch fails with a TypeError, before an answer and in the middle of one.
  if (!response || cause instanceof TypeError) {
    return new CrmError("NETWORK_ERROR", `${server} cannot be reached${reasonOf(cause, server)}.`, { cause });
  }
  return notOurs(response.status, { ...shared, cause: error });
}

/** What may be wrong, as far as the runtime lets on: Node names it, browsers keep it from scripts. */
function reasonOf(error: unknown, server: string): string {
  const { code } = ((error as Error | null)?.cause ?? {}) as { code?: unknown };
  if (typeof code === "string") return ` (${code})`;
  const { location } = globalThis as { location?: { origin: string } };
  const isForeign = location !== undefined && !server.startsWith(location.origin) && /^https?:/.test(server);
  return isForeign ? `, or its CORS_ORIGIN does not name ${location.origin}` : "";
}

const notOurs = (status: number, shared: CrmErrorOptions): CrmError =>
  new CrmError(
    "INVALID_RESPONSE",
    `The server's answer (HTTP ${status}) is not the CRM's; baseUrl may point somewhere else.`,
    shared,
  );

/** The error that an answer of the REST face stands for. */
export async function toRestError(response: Response): Promise<CrmError> {
  const shared = { status: response.status, retryAfter: secondsOf(response) };
  const body = (await response.json().catch(() => null)) as
    | (Pick<ErrorData, "details" | "requestId"> & { code?: unknown; error?: unknown })
    | null;
  if (typeof body?.code !== "string" || typeof body.error !== "string") return notOurs(response.status, shared);
  const { code, error, details, requestId } = body;
  return new CrmError(code as CrmErrorCode, error, { ...shared, details, requestId });
}

/** Retry-After in seconds (RFC 9110 §10.2.3), where it is given as a number. */
export function secondsOf(response: Response | null): number | null {
  const value = response?.headers?.get("retry-after");
  return value && /^\d{1,6}$/.test(value) ? Number(value) : null;
}
