import { type Database, newId, organizations, users } from "@crm/db";
import type { Actor } from "@crm/services";

/** A person in an organization of their own, so that one run meets nothing of another. */
export async function createActor(db: Database): Promise<Actor> {
  const organizationId = newId();
  const username = "bench";
  await db.insert(organizations).values({ id: organizationId, slug: organizationId, name: "bench" });
  const [user] = await db.insert(users).values({ organizationId, username, passwordHash: "" }).returning();
  if (!user) throw new Error("no user");
  return {
    requestId: "bench",
    ipAddress: null,
    userAgent: null,
    organizationId,
    userId: user.id,
    username,
    role: "member",
    sessionId: newId(),
    passwordDue: false,
  };
}
