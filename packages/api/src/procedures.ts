import { limitCalls } from "./middleware/limit-calls.ts";
import { mapErrors } from "./middleware/map-errors.ts";
import { requireActor } from "./middleware/require-actor.ts";
import { requireAdmin } from "./middleware/require-admin.ts";
import { requireOwnPassword } from "./middleware/require-own-password.ts";
import { runOnce } from "./middleware/run-once.ts";
import { t } from "./trpc.ts";

/** Anybody. */
export const publicProcedure = t.procedure.use(mapErrors).use(limitCalls);

/** The signed-in, even while a password change is due: what the onboarding needs. */
export const sessionProcedure = publicProcedure.use(requireActor);

/** The signed-in, about their own account; without idempotency keys, as all of /api/auth. */
export const accountProcedure = sessionProcedure.use(requireOwnPassword);

/** The signed-in; writes heed an idempotency key. */
export const protectedProcedure = accountProcedure.use(runOnce);

/** Administrators of the organization. */
export const adminProcedure = accountProcedure.use(requireAdmin).use(runOnce);
