import { users } from "@crm/db";
import type { User } from "@crm/schemas";
import { avatarUrl } from "./avatar-url.ts";

export type UserRow = typeof users.$inferSelect;

/** What `toUser` needs. */
export const VIEWED_COLUMNS = {
  id: users.id,
  username: users.username,
  email: users.email,
  emailVerified: users.emailVerified,
  firstName: users.firstName,
  lastName: users.lastName,
  role: users.role,
  temporaryPasswordUntil: users.temporaryPasswordUntil,
  totpEnabledAt: users.totpEnabledAt,
  avatarVersion: users.avatarVersion,
  lastLoginAt: users.lastLoginAt,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
};

/** A user as others may see them: no hash, no secret. */
export const toUser = (row: Pick<UserRow, keyof typeof VIEWED_COLUMNS>): User => ({
  id: row.id,
  username: row.username,
  email: row.email,
  emailVerified: row.emailVerified,
  firstName: row.firstName,
  lastName: row.lastName,
  role: row.role,
  changedPassword: row.temporaryPasswordUntil === null,
  totpEnabled: row.totpEnabledAt !== null,
  avatarUrl: avatarUrl(row.id, row.avatarVersion),
  lastLogin: row.lastLoginAt,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});
