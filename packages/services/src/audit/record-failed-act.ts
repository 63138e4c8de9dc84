import type { Named } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { type AuditEntry, hasRecordedFailure, recordAudit } from "./record-audit.ts";

/**
 * Records that an act did not succeed, unless the service that refused it has recorded so itself, for the same actor
 * object. The act is over and changed nothing: that this cannot be written is logged, and hides no error.
 */
export async function recordFailedAct(
  { db, logger }: Dependencies,
  actor: Named,
  act: Pick<AuditEntry, "action" | "resource" | "resourceId">,
  errorMessage: string,
): Promise<void> {
  if (hasRecordedFailure(actor)) return;
  const { organizationId, userId, username } = actor;
  try {
    await recordAudit(db, actor, { organizationId, userId, username, ...act, errorMessage });
  } catch (error) {
    logger.error({ err: error, action: act.action }, "a failed act could not be recorded");
  }
}
