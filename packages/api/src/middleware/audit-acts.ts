import type { ErrorCode } from "@crm/schemas";
import { ReplayedError, recordFailedAct, ServiceError } from "@crm/services";
import type { TRPCError } from "@trpc/server";
import { ACTS } from "../audit/acts.ts";
import { toServiceError } from "../errors/to-service-error.ts";
import { t } from "../trpc.ts";

/** Longer than every id of ours and the mail server's. */
const MAX_ID_LENGTH = 255;

/**
 * Sees to it that failed acts of the signed-in are in the audit log, also those that never reached a service: a member
 * at an administrator's door. What changed something has been recorded by its service, within its transaction.
 */
export const auditActs = t.middleware(async ({ ctx, type, path, getRawInput, next }) => {
  if (type !== "mutation") return next();
  // The services mark the actor for whom they recorded a failure: each call of a batch needs one of its own.
  const actor = ctx.actor && { ...ctx.actor };
  const operator = ctx.operator && { ...ctx.operator };
  const profile = ctx.profile && { ...ctx.profile };
  const result = await next({ ctx: { actor, profile, ...(operator && { operator }) } });
  const act = ACTS[path];
  const who = actor ?? operator ?? profile;
  if (!result.ok && who && typeof act === "object") {
    if (isAct(result.error)) {
      const { action, resource, id } = act;
      const resourceId = id === undefined ? null : idIn(await getRawInput().catch(() => null), id);
      const { message } = toServiceError(result.error);
      await recordFailedAct(ctx.dependencies, who, { action, resource, resourceId }, message);
    }
  }
  ctx.dependencies.auditSealer.nudge();
  return result;
});

/** Not an act: what the schema refuses, what is only told once more, and who calls too often is not to fill the log. */
const PASSED_OVER: ReadonlySet<ErrorCode> = new Set([
  "RATE_LIMITED",
  "IDEMPOTENCY_IN_PROGRESS",
  "IDEMPOTENCY_KEY_REUSED",
]);

function isAct({ code, cause }: TRPCError): boolean {
  if (!(cause instanceof ServiceError)) return code !== "BAD_REQUEST";
  return !PASSED_OVER.has(cause.code) && !(cause instanceof ReplayedError);
}

function idIn(input: unknown, field: string): string | null {
  const id = typeof input === "object" && input !== null ? (input as Record<string, unknown>)[field] : null;
  return typeof id === "string" ? id.slice(0, MAX_ID_LENGTH) : null;
}
