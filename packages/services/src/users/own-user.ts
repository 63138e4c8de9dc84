import { type Database, type Transaction, users } from "@crm/db";
import { and, eq } from "drizzle-orm";
import { ServiceError } from "../errors.ts";
import type { UserRow } from "./user-view.ts";

/** A user of the organization, or 404. */
export async function getUserRow(
  db: Database | Transaction,
  { organizationId, userId }: { organizationId: string; userId: string },
): Promise<UserRow> {
  const [row] = await db
    .select()
    .from(users)
    .where(and(eq(users.organizationId, organizationId), eq(users.id, userId)));
  if (!row) throw new ServiceError("NOT_FOUND", { message: "There is no such user." });
  return row;
}
