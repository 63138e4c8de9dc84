import { apiKeys } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { Actor } from "../../actor.ts";
import { recordAudit } from "../../audit/record-audit.ts";
import type { Dependencies } from "../../dependencies.ts";
import { ServiceError } from "../../errors.ts";
import { wakeFollowers } from "../../events/wake-followers.ts";

/** Takes one of one's keys back; it is refused from the next request on, in every process. @throws NOT_FOUND */
export async function revokeApiKey(
  { db }: Dependencies,
  actor: Actor,
  { id }: { id: string },
): Promise<{ id: string }> {
  const { organizationId, userId, username } = actor;
  await db.transaction(async (tx) => {
    const [revoked] = await tx
      .delete(apiKeys)
      .where(and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.userId, userId), eq(apiKeys.id, id)))
      .returning({ name: apiKeys.name, prefix: apiKeys.prefix });
    if (!revoked) throw new ServiceError("NOT_FOUND", { message: "There is no such API key." });
    await recordAudit(tx, actor, {
      organizationId,
      userId,
      username,
      action: "api_key.revoke",
      resource: "api_key",
      resourceId: id,
      oldValue: revoked,
    });
    await wakeFollowers(tx, actor);
  });
  return { id };
}
