import type { users } from "@crm/db";
import type { User } from "@crm/schemas";
import { avatarUrl } from "./avatar-url.ts";

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
  avatarUrl: avatarUrl(row.id, row.avatarVersion),
  lastLogin: row.lastLoginAt,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});
