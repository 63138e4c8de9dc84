import type { AuditEntry } from "@crm/services";

/** How a failed call of a procedure stands in the audit log. */
export interface Act extends Pick<AuditEntry, "action" | "resource"> {
  /** The field of the input that names the resource. */
  id?: string;
}

/** Every mutation there is; a test fails for one that has no row here. Those before sign-in record their own failures. */
export const ACTS: Readonly<Record<string, Act | "recorded by its service">> = {
  "auth.login": "recorded by its service",
  "auth.refresh": "recorded by its service",
  "auth.forgotPassword": "recorded by its service",
  "auth.resetPassword": "recorded by its service",
  "auth.setPassword": { action: "auth.set_password", resource: "user" },
  "auth.logout": { action: "auth.logout", resource: "session" },
  "auth.linkEmail": { action: "auth.link_email", resource: "mail_account" },
  "auth.verifyEmail": { action: "auth.verify_email", resource: "user" },
  "auth.unlinkEmail": { action: "auth.unlink_email", resource: "mail_account" },
  "auth.skipEmail": { action: "auth.skip_email", resource: "user" },
  "auth.updateMe": { action: "user.update", resource: "user" },
  "auth.setAvatar": { action: "user.set_avatar", resource: "user" },
  "auth.removeAvatar": { action: "user.remove_avatar", resource: "user" },
  "auth.sessions.revoke": { action: "auth.revoke_session", resource: "session", id: "id" },
  "auth.totp.setup": { action: "auth.totp_setup", resource: "user" },
  "auth.totp.enable": { action: "auth.totp_enable", resource: "user" },
  "auth.totp.disable": { action: "auth.totp_disable", resource: "user" },
  "auth.apiKeys.create": { action: "api_key.create", resource: "api_key" },
  "auth.apiKeys.revoke": { action: "api_key.revoke", resource: "api_key", id: "id" },
  "admin.users.create": { action: "user.create", resource: "user" },
  "admin.users.changeRole": { action: "user.change_role", resource: "user", id: "userId" },
  "admin.users.resetPassword": { action: "user.reset_password", resource: "user", id: "userId" },
  "admin.users.delete": { action: "user.delete", resource: "user", id: "userId" },
  "contacts.add": { action: "contact.add", resource: "contact" },
  "contacts.update": { action: "contact.update", resource: "contact", id: "id" },
  "contacts.remove": { action: "contact.remove", resource: "contact", id: "id" },
  "contacts.import": { action: "contact.import", resource: "contact" },
  "contacts.merge": { action: "contact.merge", resource: "contact", id: "id" },
  "contacts.undoMerge": { action: "contact.undo_merge", resource: "contact", id: "id" },
  "contacts.blocklist.add": { action: "contact.block", resource: "blocklist" },
  "contacts.blocklist.remove": { action: "contact.unblock", resource: "blocklist", id: "id" },
  "emails.sync": { action: "mail.sync", resource: "mail_account" },
  "emails.markRead": { action: "email.mark_read", resource: "email", id: "jmapId" },
  "emails.markThreadRead": { action: "email.mark_read", resource: "thread", id: "threadId" },
  "emails.reply": { action: "email.reply", resource: "email" },
  "emails.uploadAttachment": { action: "email.upload_attachment", resource: "attachment" },
  "emails.send": { action: "email.send", resource: "email" },
  "profiles.create": "recorded by its service",
  "profiles.login": "recorded by its service",
  "profiles.update": { action: "profile.update", resource: "profile", id: "id" },
  "profiles.delete": { action: "profile.delete", resource: "profile", id: "id" },
  "profiles.logout": { action: "profile.logout", resource: "profile" },
};
