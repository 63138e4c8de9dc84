import type { users } from "@crm/db";
import type { User } from "@crm/schemas";

export type UserRow = typeof users.$inferSelect;

/** A user as others may see them: no hash, no secret. */
export const toUser = (row: UserRow): User => ({
  id: row.id,
  username: row.username,
  email: row.email,
  emailVerified: row.emailVerified,
  firstName: row.firstName,
  lastName: row.lastName,
  role: row.role,
  changedPassword: row.temporaryPasswordUntil === null,
  totpEnabled: row.totpEnabledAt !== null,
  avatarUrl: row.avatarVersion === null ? null : `/api/users/${row.id}/avatar?v=${row.avatarVersion}`,
  lastLogin: row.lastLoginAt,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});
