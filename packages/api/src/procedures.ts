import { asShopActor } from "./middleware/as-shop-actor.ts";
import { auditActs } from "./middleware/audit-acts.ts";
import { limitCalls } from "./middleware/limit-calls.ts";
import { mapErrors } from "./middleware/map-errors.ts";
import { noticeDeparture } from "./middleware/notice-departure.ts";
import { requireActor, requireActorOrOperator } from "./middleware/require-actor.ts";
import { asAdministrator, requireAdmin } from "./middleware/require-admin.ts";
import { requireOwnPassword } from "./middleware/require-own-password.ts";
import { requireScope } from "./middleware/require-scope.ts";
import { requireSession } from "./middleware/require-session.ts";
import { runOnce } from "./middleware/run-once.ts";
import { t } from "./trpc.ts";

/** Anybody. */
export const publicProcedure = t.procedure.use(mapErrors).use(auditActs).use(noticeDeparture).use(limitCalls);

/** The signed-in in person, even while a password change is due: what the onboarding needs. */
export const sessionProcedure = publicProcedure.use(requireSession);

/** The signed-in in person, about their own account; without idempotency keys, as all of /api/auth. */
export const accountProcedure = sessionProcedure.use(requireOwnPassword);

/** The signed-in, and API keys with the scope that `meta` names; writes heed an idempotency key. */
export const protectedProcedure = publicProcedure
  .use(requireActor)
  .use(requireScope)
  .use(requireOwnPassword)
  .use(runOnce);

/** Administrators of the organization, and their API keys with the scope that `meta` names; also `crm` commands. */
export const adminProcedure = publicProcedure
  .use(requireActorOrOperator)
  .use(requireScope)
  .use(requireOwnPassword)
  .use(requireAdmin)
  .use(runOnce)
  .use(asAdministrator);

/** Profiles, each about itself, and administrators about all of them; without idempotency keys, which users alone have. */
export const shopProcedure = publicProcedure.use(requireScope).use(requireOwnPassword).use(asShopActor);
