import type { Administrator } from "../actor.ts";
import { ServiceError } from "../errors.ts";

/** @throws ServiceError FORBIDDEN for all but admins. The role is the one the session query has just read. */
export function requireAdmin(actor: Administrator): void {
  if (actor.role !== "admin") throw new ServiceError("FORBIDDEN");
}
