import { blocklistEntries } from "@crm/db";
import type { BlocklistEntry } from "@crm/schemas";
import type { Actor } from "../../actor.ts";
import { recordAudit } from "../../audit/record-audit.ts";
import { violatedUniqueIndex } from "../../database-errors.ts";
import type { Dependencies } from "../../dependencies.ts";
import { ServiceError } from "../../errors.ts";
import { changeMirror } from "../../mail/change-mirror.ts";
import { mirrorOf } from "../../mail/mail-account.ts";
import { finishReleases, forgetUnwanted } from "../../mail/sync/release-mail.ts";
import { settleMatching } from "./settle-matching.ts";

/**
 * Blocks an address, or a domain (`@example.com`, without its subdomains): it is never discovered, and no mail is
 * mirrored for its sake. What was mirrored of it goes; messages that another contact is in stay that contact's.
 * @throws ServiceError CONFLICT when it is blocked already
 */
export async function blockAddress(
  dependencies: Dependencies,
  actor: Actor,
  input: { pattern: string },
): Promise<BlocklistEntry> {
  const { organizationId, userId, username } = actor;
  const pattern = input.pattern.toLowerCase();
  try {
    const { entry, account } = await changeMirror(dependencies, actor, async (tx, account) => {
      const [entry] = await tx.insert(blocklistEntries).values({ organizationId, userId, pattern }).returning();
      if (!entry) throw new Error("the entry was not inserted");
      if (account) await forgetUnwanted(tx, mirrorOf(account));
      await recordAudit(tx, actor, {
        organizationId,
        userId,
        username,
        action: "contact.block",
        resource: "blocklist",
        resourceId: entry.id,
        newValue: { pattern },
      });
      if (account) await settleMatching(tx, mirrorOf(account), pattern);
      return { entry, account };
    });
    if (account) await finishReleases(dependencies, mirrorOf(account));
    return { id: entry.id, pattern: entry.pattern, createdAt: entry.createdAt };
  } catch (error) {
    if (violatedUniqueIndex(error) !== "blocklist_entries_pattern_key") throw error;
    throw new ServiceError("CONFLICT", { message: "This is blocked already." });
  }
}
