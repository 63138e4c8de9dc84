import { ERROR_CODES, type ErrorCode } from "@crm/schemas";
import type { Logger } from "@crm/services";
import type { AppMiddleware } from "./app-env.ts";

/** What somebody meets who tries doors: not signed in, not allowed, nothing that a schema or a limit lets through … */
const REFUSED: ReadonlySet<number> = new Set([400, 401, 403, 413, 415, 429]);
/** … or a guess that was wrong. */
const GUESSED: ReadonlySet<ErrorCode> = new Set(["WRONG_PASSWORD", "WRONG_CODE", "INVALID_TOKEN"]);

const isRefusal = (code: ErrorCode) => REFUSED.has(ERROR_CODES[code].status) || GUESSED.has(code);

/**
 * One line a request, without query and headers: those can hold secrets. Refusals stand out as warnings, and say by
 * their codes what was refused. Health checks only at level debug.
 */
export function logRequests(logger: Logger): AppMiddleware {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const { requestId, ipAddress } = c.get("caller");
    const { method, path } = c.req;
    const milliseconds = Math.round((performance.now() - start) * 10) / 10;
    const { failures, userId, profileId } = c.var;
    const who = { ipAddress, userId, profileId };
    const fields = { requestId, method, path, status: c.res.status, failures, milliseconds, ...who };
    if (path === "/healthz" || path === "/readyz") logger.debug(fields, "request");
    else if (failures?.some(isRefusal)) logger.warn(fields, "request");
    else logger.info(fields, "request");
  };
}
