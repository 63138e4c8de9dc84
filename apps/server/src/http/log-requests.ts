import type { Logger } from "@crm/services";
import type { AppMiddleware } from "./app-env.ts";

/** One line a request, without query and headers: those can hold secrets. Health checks only at level debug. */
export function logRequests(logger: Logger): AppMiddleware {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const { requestId, ipAddress } = c.get("caller");
    const { method, path } = c.req;
    const milliseconds = Math.round((performance.now() - start) * 10) / 10;
    const fields = { requestId, method, path, status: c.res.status, milliseconds, ipAddress, userId: c.get("userId") };
    if (path === "/healthz" || path === "/readyz") logger.debug(fields, "request");
    else logger.info(fields, "request");
  };
}
