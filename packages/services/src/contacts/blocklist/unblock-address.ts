import { blocklistEntries } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { Actor } from "../../actor.ts";
import { recordAudit } from "../../audit/record-audit.ts";
import type { Dependencies } from "../../dependencies.ts";
import { ServiceError } from "../../errors.ts";
import { changeMirror } from "../../mail/change-mirror.ts";
import { mirrorOf } from "../../mail/mail-account.ts";
import { startSync } from "../../mail/sync/start-sync.ts";
import { settleMatching } from "./settle-matching.ts";

/** Takes an entry off the blocklist; a sync in the background brings the mail of contacts back. @throws ServiceError NOT_FOUND */
export async function unblockAddress(
  dependencies: Dependencies,
  actor: Actor,
  { id }: { id: string },
): Promise<{ id: string }> {
  const { organizationId, userId, username } = actor;
  const account = await changeMirror(dependencies, actor, async (tx, account) => {
    const [entry] = await tx
      .delete(blocklistEntries)
      .where(
        and(
          eq(blocklistEntries.organizationId, organizationId),
          eq(blocklistEntries.userId, userId),
          eq(blocklistEntries.id, id),
        ),
      )
      .returning();
    if (!entry) throw new ServiceError("NOT_FOUND", { message: "There is no such entry." });
    await recordAudit(tx, actor, {
      organizationId,
      userId,
      username,
      action: "contact.unblock",
      resource: "blocklist",
      resourceId: id,
      oldValue: { pattern: entry.pattern },
    });
    if (account) await settleMatching(tx, mirrorOf(account), entry.pattern);
    return account;
  });
  if (account) startSync(dependencies, account);
  return { id };
}
