import { z } from "zod";
import { instantInput, singleLineText, timestamp, uuid } from "./primitives.ts";

/** What an API key may do. Signing in, sessions and keys themselves are in none of them. */
export const apiKeyScope = z.enum(["contacts:read", "contacts:write", "emails:read", "emails:write", "admin"]);
export type ApiKeyScope = z.infer<typeof apiKeyScope>;

export const apiKey = z
  .object({
    id: uuid,
    name: z.string(),
    /** How the key begins; the rest is known to its holder alone. */
    prefix: z.string(),
    scopes: z.array(apiKeyScope),
    expiresAt: timestamp.nullable(),
    lastUsedAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof apiKey>;

export const createApiKeyInput = z
  .strictObject({
    name: singleLineText(100).min(1),
    scopes: z
      .array(apiKeyScope)
      .min(1)
      .max(apiKeyScope.options.length)
      .refine((scopes) => new Set(scopes).size === scopes.length, "must not name a scope twice"),
    /** Never, when left out. */
    expiresAt: instantInput.optional(),
  })
  .meta({ examples: [{ name: "nightly report", scopes: ["contacts:read"] }] });
export const createApiKeyOutput = z.object({
  apiKey,
  /** In this answer and nowhere else. */
  key: z.string(),
});
export const apiKeyIdInput = z.strictObject({ id: uuid });
