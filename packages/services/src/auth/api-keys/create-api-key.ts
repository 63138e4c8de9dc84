import { apiKeys, users } from "@crm/db";
import type { ApiKey, ApiKeyScope } from "@crm/schemas";
import { and, count, eq } from "drizzle-orm";
import type { Actor } from "../../actor.ts";
import { recordAudit } from "../../audit/record-audit.ts";
import type { Dependencies } from "../../dependencies.ts";
import { ServiceError } from "../../errors.ts";
import { generateApiKey, toApiKey } from "./api-key.ts";

/** Keys a person may have; the list of them is one page. */
export const MAX_API_KEYS = 100;

export interface CreateApiKeyInput {
  name: string;
  scopes: readonly ApiKeyScope[];
  /** Never, when absent. */
  expiresAt?: string | undefined;
}

/**
 * Makes a key that acts as oneself within its scopes. The key is in this answer and nowhere else.
 * @throws ServiceError FORBIDDEN for the scope `admin` of somebody who is none, VALIDATION_ERROR, UNPROCESSABLE.
 */
export async function createApiKey(
  { db }: Dependencies,
  actor: Actor,
  { name, scopes, expiresAt }: CreateApiKeyInput,
): Promise<{ apiKey: ApiKey; key: string }> {
  const { organizationId, userId, username, role } = actor;
  if (scopes.includes("admin") && role !== "admin") throw new ServiceError("FORBIDDEN");
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()) {
    throw new ServiceError("VALIDATION_ERROR", { details: [{ path: "expiresAt", message: "must be in the future" }] });
  }
  const { key, prefix, hash } = generateApiKey(organizationId);
  const apiKey = await db.transaction(async (tx) => {
    // One at a time for a person, so that the count holds.
    await tx
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.organizationId, organizationId), eq(users.id, userId)))
      .for("update");
    const [present] = await tx
      .select({ keys: count() })
      .from(apiKeys)
      .where(and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.userId, userId)));
    if ((present?.keys ?? 0) >= MAX_API_KEYS) {
      throw new ServiceError("UNPROCESSABLE", { message: `${MAX_API_KEYS} keys are the most one can have.` });
    }
    const [row] = await tx
      .insert(apiKeys)
      .values({ organizationId, userId, name, prefix, keyHash: hash, scopes: [...scopes], expiresAt })
      .returning();
    if (!row) throw new Error("the API key was not inserted");
    await recordAudit(tx, actor, {
      organizationId,
      userId,
      username,
      action: "api_key.create",
      resource: "api_key",
      resourceId: row.id,
      newValue: { name, prefix, scopes, expiresAt: row.expiresAt },
    });
    return toApiKey(row);
  });
  return { apiKey, key };
}
