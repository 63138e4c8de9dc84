import { type Transaction, users } from "@crm/db";
import { recordAudit } from "../audit/record-audit.ts";
import { temporaryPasswordExpiry } from "../users/temporary-password.ts";
import { operatorOf } from "./operator.ts";

/** The admin whom an organization begins with; whoever runs the installation made them. */
export async function insertFirstAdmin(
  tx: Transaction,
  { organizationId, username, passwordHash }: { organizationId: string; username: string; passwordHash: string },
): Promise<void> {
  const operator = operatorOf(organizationId);
  const role = "admin";
  const [admin] = await tx
    .insert(users)
    .values({ organizationId, username, role, passwordHash, temporaryPasswordUntil: temporaryPasswordExpiry() })
    .returning({ id: users.id });
  await recordAudit(tx, operator, {
    organizationId,
    userId: null,
    username: operator.username,
    action: "user.create",
    resource: "user",
    resourceId: admin?.id ?? null,
    newValue: { username, role },
  });
}
