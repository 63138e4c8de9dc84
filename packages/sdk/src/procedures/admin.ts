import { read, readAll, write } from "./kinds.ts";

const auditLogs = {
  /**
   * Who did what, newest first. `from` and `to` are instants (ISO 8601); `action` is one like `contact.add` or `auth.login`;
   * `search` looks into names, actions and resources.
   * @example
   * ```ts
   * const from = new Date(Date.now() - 86_400_000).toISOString();
   * for await (const { createdAt, username, ipAddress } of crm.admin.auditLogs.list.all({ action: "auth.login", success: false, from })) {
   *   console.log(createdAt, username, ipAddress);
   * }
   * ```
   */
  list: read,
  /**
   * Whether the audit log is as it was written: its entries are chained by hashes, which an edited or deleted entry and a cut
   * end break. `checked` counts entries; `firstBrokenId` names the first that is not as it was.
   * @example
   * ```ts
   * const { ok, checked, firstBrokenId } = await crm.admin.auditLogs.verify();
   * if (!ok) console.error(`broken at ${firstBrokenId}, after ${checked} entries`);
   * ```
   */
  verify: readAll,
} as const;

const users = {
  /**
   * Makes a user with a temporary password, `tempPassword`, which is in this answer and nowhere else, signs in for 72 hours,
   * and has to be changed first. With `email` and `emailPassword` the mail account is linked too, or no user is made.
   * @throws USERNAME_TAKEN, EMAIL_TAKEN; MAILBOX_AUTH_FAILED, MAIL_DOMAIN_NOT_ALLOWED, MAIL_SERVER_UNAVAILABLE as `linkEmail`
   * @example
   * ```ts
   * const { user } = await crm.admin.users.create({ username: "eva", firstName: "Eva", role: "member" });
   * console.log(user.username, user.tempPassword);
   * ```
   */
  create: write,
  /**
   * The organization's users, by username. `search` looks into names and addresses.
   * @example
   * ```ts
   * for await (const { username, lastLogin } of crm.admin.users.list.all({ role: "admin" })) console.log(username, lastLogin);
   * ```
   */
  list: read,
  /**
   * A user of the organization.
   * @throws NOT_FOUND
   * @example
   * ```ts
   * const { username, lastLogin } = await crm.admin.users.get({ userId: user.id });
   * ```
   */
  get: read,
  /**
   * Makes a user an admin or a member; it holds from their next request on.
   * @throws NOT_FOUND; LAST_ADMIN when nobody else would be one
   * @example
   * ```ts
   * await crm.admin.users.changeRole({ userId: user.id, role: "admin" });
   * ```
   */
  changeRole: write,
  /**
   * Gives a user a temporary password, which is in this answer and nowhere else, and ends their sessions.
   * @throws NOT_FOUND
   * @example
   * ```ts
   * const { tempPassword } = await crm.admin.users.resetPassword({ userId: user.id });
   * ```
   */
  resetPassword: write,
  /**
   * Deletes a user with their contacts and mirrored mail. The audit log stays, with their name; so does all mail at the mail
   * server.
   * @throws NOT_FOUND; LAST_ADMIN when nobody else would be one
   * @example
   * ```ts
   * await crm.admin.users.delete({ userId: user.id });
   * ```
   */
  delete: write,
} as const;

export const admin = {
  /** Who did what. */
  auditLogs,
  /** The people of the organization. */
  users,
} as const;
