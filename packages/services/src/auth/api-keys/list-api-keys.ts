import { apiKeys } from "@crm/db";
import type { ApiKey } from "@crm/schemas";
import { and, desc, eq } from "drizzle-orm";
import type { Actor } from "../../actor.ts";
import type { Dependencies } from "../../dependencies.ts";
import { toApiKey } from "./api-key.ts";
import { MAX_API_KEYS } from "./create-api-key.ts";

/** One's keys, the newest first, those that are over too. */
export async function listApiKeys({ db }: Dependencies, actor: Actor): Promise<ApiKey[]> {
  const rows = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, actor.organizationId), eq(apiKeys.userId, actor.userId)))
    .orderBy(desc(apiKeys.id))
    .limit(MAX_API_KEYS);
  return rows.map(toApiKey);
}
