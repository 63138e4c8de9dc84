import { type Database, newId, runPrepared, type Transaction } from "@crm/db";
import type { Caller } from "../actor.ts";

/** What can be done, as the log names it. */
export type AuditAction =
  | "auth.login"
  | "auth.logout"
  | "auth.refresh"
  | "auth.refresh_reused"
  | "auth.set_password"
  | "auth.link_email"
  | "auth.unlink_email"
  | "auth.skip_email"
  | "auth.revoke_session"
  | "auth.forgot_password"
  | "auth.reset_password"
  | "auth.verify_email"
  | "auth.totp_setup"
  | "auth.totp_enable"
  | "auth.totp_disable"
  | "api_key.create"
  | "api_key.revoke"
  | "organization.create"
  | "user.create"
  | "user.update"
  | "user.change_role"
  | "user.reset_password"
  | "user.delete"
  | "user.set_avatar"
  | "user.remove_avatar"
  | "contact.add"
  | "contact.update"
  | "contact.remove"
  | "contact.merge"
  | "contact.undo_merge"
  | "contact.import"
  | "contact.block"
  | "contact.unblock"
  | "email.mark_read"
  | "email.reply"
  | "email.send"
  | "email.upload_attachment"
  | "mail.check"
  | "mail.sync"
  | "profile.create"
  | "profile.update"
  | "profile.delete"
  | "profile.login"
  | "profile.logout";

export interface AuditEntry {
  organizationId: string;
  userId: string | null;
  username: string | null;
  action: AuditAction;
  resource:
    | "organization"
    | "user"
    | "session"
    | "api_key"
    | "mail_account"
    | "contact"
    | "blocklist"
    | "email"
    | "thread"
    | "attachment"
    | "profile";
  resourceId?: string | null;
  /** Never a secret: callers name the fields they pass. */
  oldValue?: unknown;
  newValue?: unknown;
  /** Set when the act failed. */
  errorMessage?: string;
}

/** For whom a failure has been recorded: one actor object stands for one call. */
const failed = new WeakSet<Caller>();
export const hasRecordedFailure = (caller: Caller): boolean => failed.has(caller);

/** Writes the audit row. Inside a transaction it stands or falls with the act. */
export async function recordAudit(tx: Transaction | Database, caller: Caller, entry: AuditEntry): Promise<void> {
  await recordAudits(tx, caller, [entry]);
  if (entry.errorMessage !== undefined) failed.add(caller);
}

/** The same for many acts of one call, each with a row of its own. */
export async function recordAudits(
  tx: Transaction | Database,
  caller: Caller,
  entries: readonly AuditEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((entry) => ({ id: newId(), ...auditRow(caller, entry) }));
  await runPrepared(tx, { name: "record_audits", text: RECORD, values: [JSON.stringify(rows)] });
}

/** Every act pays for this one, so it is planned once. $1 rows as JSON. */
const RECORD = `
  INSERT INTO audit_logs (organization_id, id, user_id, username, action, resource, resource_id, old_value, new_value,
    ip_address, user_agent, success, error_message)
  SELECT "organizationId", id, "userId", username, action, resource, "resourceId", "oldValue", "newValue",
    "ipAddress", "userAgent", success, "errorMessage"
  FROM json_to_recordset($1::json) AS r("organizationId" uuid, id uuid, "userId" uuid, username text, action text,
    resource text, "resourceId" text, "oldValue" jsonb, "newValue" jsonb, "ipAddress" text, "userAgent" text,
    success boolean, "errorMessage" text)`;

/** The row that an entry becomes; for whoever writes it in a statement of their own. */
export const auditRow = (caller: Caller, entry: AuditEntry) => ({
  organizationId: entry.organizationId,
  userId: entry.userId,
  username: entry.username,
  action: entry.action,
  resource: entry.resource,
  resourceId: entry.resourceId ?? null,
  oldValue: entry.oldValue ?? null,
  newValue: entry.newValue ?? null,
  ipAddress: caller.ipAddress,
  userAgent: caller.userAgent,
  success: entry.errorMessage === undefined,
  errorMessage: entry.errorMessage ?? null,
});
