import type { SessionActor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { endSessions } from "./end-sessions.ts";

/** Ends the session it is called with. */
export async function logout({ db }: Dependencies, actor: SessionActor): Promise<{ loggedOut: true }> {
  await db.transaction(async (tx) => {
    const { organizationId, userId, sessionId } = actor;
    await endSessions(tx, { organizationId, userId, sessionId });
    await recordAudit(tx, actor, {
      organizationId: actor.organizationId,
      userId: actor.userId,
      username: actor.username,
      action: "auth.logout",
      resource: "session",
      resourceId: actor.sessionId,
    });
  });
  return { loggedOut: true };
}
