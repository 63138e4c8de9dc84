import { listedSession, uuid } from "@crm/schemas";
import { listSessions, revokeSession } from "@crm/services";
import { z } from "zod";
import { noInput } from "../no-input.ts";
import { pageOutput } from "../page-output.ts";
import { accountProcedure } from "../procedures.ts";

const tags = ["Auth"];
const sessionId = z.strictObject({ id: uuid });

export const sessionsRouter = {
  list: accountProcedure
    .meta({ openapi: { method: "GET", path: "/api/auth/sessions", tags, summary: "Where one is signed in" } })
    .input(noInput)
    .output(pageOutput(listedSession))
    .query(async ({ ctx }) => ({ items: await listSessions(ctx.dependencies, ctx.actor), nextCursor: null })),

  revoke: accountProcedure
    .meta({
      openapi: { method: "DELETE", path: "/api/auth/sessions/{id}", tags, summary: "End one of one's sessions" },
    })
    .input(sessionId)
    .output(z.object({ id: uuid }))
    .mutation(({ ctx, input }) => revokeSession(ctx.dependencies, ctx.actor, input)),
};
