import { ServiceError } from "@crm/services";
import type { AppContext } from "./app-env.ts";

/** For a known path asked with a method it does not know: says which ones it does (RFC 9110 §15.5.6). */
export function methodNotAllowed(c: AppContext, allow: string): ServiceError {
  c.header("Allow", allow);
  return new ServiceError("METHOD_NOT_ALLOWED");
}
