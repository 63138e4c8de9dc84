import { userInfo } from "node:os";
import { organizations } from "@crm/db";
import { eq } from "drizzle-orm";
import type { Administrator } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";

/** Whoever runs the installation, as audit logs name them: `cli:` and their account here, a name no user can have. */
export const operatorOf = (organizationId: string): Administrator => ({
  organizationId,
  userId: null,
  username: `cli:${account()}`,
  role: "admin",
  requestId: "command",
  ipAddress: null,
  userAgent: null,
});

/** Whoever runs the installation, at work in one of its organizations. @throws ServiceError NOT_FOUND */
export async function actAsOperator(
  { db }: Pick<Dependencies, "db">,
  { organization }: { organization: string },
): Promise<Administrator> {
  const [row] = await db
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.slug, organization));
  if (!row) throw new ServiceError("NOT_FOUND", { message: `There is no organization ${organization}.` });
  return operatorOf(row.id);
}

/** In a container, an account may be a number alone. */
function account(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid${process.getuid?.() ?? ""}`;
  }
}
