import { profiles } from "@crm/db";

export type ProfileRow = typeof profiles.$inferSelect;

/** A profile as it and admins may see it: no hash. */
export const VIEWED_COLUMNS = {
  id: profiles.id,
  name: profiles.name,
  email: profiles.email,
  createdAt: profiles.createdAt,
  updatedAt: profiles.updatedAt,
};
