import { ReplayedError, runIdempotent, ServiceError } from "@crm/services";
import { toServiceError } from "../errors/to-service-error.ts";
import { t } from "../trpc.ts";

/** Heeds `Idempotency-Key` on writes. It stands before the input check: a refused input is an answer as well. */
export const runOnce = t.middleware(async ({ ctx, type, path, getRawInput, next }) => {
  const { actor, dependencies, idempotencyKey } = ctx;
  if (type !== "mutation" || idempotencyKey === null) return next();
  if (!actor) throw new ServiceError("UNAUTHORIZED");
  const { upload } = ctx;
  const request = {
    key: idempotencyKey,
    procedure: path,
    input: await getRawInput(),
    digest: upload ? () => upload.digest() : undefined,
  };
  try {
    const { result, replayed } = await runIdempotent(dependencies, actor, request, async () => {
      const outcome = await next();
      if (!outcome.ok) throw toServiceError(outcome.error);
      return outcome.data;
    });
    if (replayed) ctx.onReplay();
    // tRPC brands the results of `next`; a replayed one is made here, and was checked when it was kept.
    return { ok: true, data: result, marker: "middlewareMarker" as never };
  } catch (error) {
    if (error instanceof ReplayedError) ctx.onReplay();
    throw error;
  }
});
