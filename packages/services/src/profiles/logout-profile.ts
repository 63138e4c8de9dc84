import type { SessionActor, ShopActor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { logout } from "../auth/logout.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { isProfile } from "./own-profile.ts";

/**
 * Takes back the token that it is called with, and no other of the profile; an admin's session ends.
 * @throws ServiceError OVERLOADED when it cannot be remembered; FORBIDDEN
 */
export async function logoutProfile(dependencies: Dependencies, actor: ShopActor): Promise<{ loggedOut: true }> {
  if (!isProfile(actor)) {
    if (!hasSession(actor)) throw new ServiceError("FORBIDDEN");
    return logout(dependencies, actor);
  }
  const { organizationId, userId, username, profileId, token } = actor;
  await dependencies.db.transaction(async (tx) => {
    await recordAudit(tx, actor, {
      organizationId,
      userId,
      username,
      action: "profile.logout",
      resource: "profile",
      resourceId: profileId,
    });
    // Last, because no other store forgets it again when the transaction fails.
    await dependencies.revocations.revoke(tx, token);
  });
  return { loggedOut: true };
}

const hasSession = (actor: object): actor is SessionActor =>
  "sessionId" in actor && typeof actor.sessionId === "string";
