import { describeIssue } from "@crm/schemas";
import { initTRPC } from "@trpc/server";
import { z } from "zod";
import type { ApiContext } from "./context.ts";
import { toErrorShape } from "./errors/error-shape.ts";
import { toServiceError } from "./errors/to-service-error.ts";
import type { ApiMeta } from "./meta.ts";
import { transformer } from "./transformer.ts";

// What a validator says of an input is read by people.
z.config({ localeError: describeIssue });

export const t = initTRPC
  .context<ApiContext>()
  .meta<ApiMeta>()
  .create({
    transformer,
    // Longer than most proxies let a connection be silent. Clients of ours take twice that for a lost one.
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 40_000 } },
    // In development tRPC would add stacks to its errors.
    isDev: false,
    errorFormatter: ({ error, ctx, path }) =>
      toErrorShape(toServiceError(error), { requestId: ctx?.caller.requestId, path }),
  });
