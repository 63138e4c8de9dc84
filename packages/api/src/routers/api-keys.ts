import { apiKey, apiKeyIdInput, createApiKeyInput, createApiKeyOutput, uuid } from "@crm/schemas";
import { createApiKey, listApiKeys, revokeApiKey } from "@crm/services";
import { z } from "zod";
import { noInput } from "../no-input.ts";
import { pageOutput } from "../page-output.ts";
import { accountProcedure } from "../procedures.ts";

const tags = ["Auth"];

export const apiKeysRouter = {
  list: accountProcedure
    .meta({ openapi: { method: "GET", path: "/api/auth/api-keys", tags, summary: "One's API keys" } })
    .input(noInput)
    .output(pageOutput(apiKey))
    .query(async ({ ctx }) => ({ items: await listApiKeys(ctx.dependencies, ctx.actor), nextCursor: null })),

  create: accountProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/api/auth/api-keys",
        tags,
        summary: "Make an API key",
        description: "The key is in this answer and nowhere else. It is sent as Bearer, and acts as its owner.",
      },
      successStatus: 201,
      errors: ["UNPROCESSABLE"],
    })
    .input(createApiKeyInput)
    .output(createApiKeyOutput)
    .mutation(({ ctx, input }) => createApiKey(ctx.dependencies, ctx.actor, input)),

  revoke: accountProcedure
    .meta({
      openapi: { method: "DELETE", path: "/api/auth/api-keys/{id}", tags, summary: "Take an API key back" },
    })
    .input(apiKeyIdInput)
    .output(z.object({ id: uuid }))
    .mutation(({ ctx, input }) => revokeApiKey(ctx.dependencies, ctx.actor, input)),
};
