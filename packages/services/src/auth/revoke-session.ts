import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { endSessions } from "./end-sessions.ts";
import { tellRevoked } from "./tell-revoked.ts";

/** Ends one of one's sessions. @throws ServiceError NOT_FOUND */
export async function revokeSession(
  { db }: Dependencies,
  actor: Actor,
  { id }: { id: string },
): Promise<{ id: string }> {
  const { organizationId, userId } = actor;
  await db.transaction(async (tx) => {
    const ended = await endSessions(tx, { organizationId, userId, sessionId: id });
    if (ended.length === 0) throw new ServiceError("NOT_FOUND", { message: "There is no such session." });
    await recordAudit(tx, actor, {
      organizationId,
      userId,
      username: actor.username,
      action: "auth.revoke_session",
      resource: "session",
      resourceId: id,
    });
    await tellRevoked(tx, actor, ended);
  });
  return { id };
}
