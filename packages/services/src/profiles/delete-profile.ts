import { profiles } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { ShopActor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { noSuchProfile, visibleTo } from "./own-profile.ts";

/** Removes a profile; its tokens are worth nothing from then on. @throws ServiceError NOT_FOUND, FORBIDDEN */
export function deleteProfile({ db }: Dependencies, actor: ShopActor, { id }: { id: string }): Promise<{ id: string }> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .delete(profiles)
      .where(and(visibleTo(actor), eq(profiles.id, id)))
      .returning({ name: profiles.name, email: profiles.email });
    if (!row) throw noSuchProfile(actor, id);
    await recordAudit(tx, actor, {
      organizationId: actor.organizationId,
      userId: actor.userId,
      username: actor.username,
      action: "profile.delete",
      resource: "profile",
      resourceId: id,
      oldValue: row,
    });
    return { id };
  });
}
