import { sessions } from "@crm/db";
import type { User } from "@crm/schemas";
import { and, eq } from "drizzle-orm";
import type { SessionActor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { getUserRow } from "../users/own-user.ts";
import { toUser } from "../users/user-view.ts";
import { onboardingFlags } from "./onboarding.ts";

export interface CurrentSession {
  session: { id: string; createdAt: string; expiresAt: string; ipAddress: string | null; userAgent: string | null };
  user: User;
  needsPasswordChange: boolean;
  needsEmailSetup: boolean;
}

/** The session it is called with, its user, and what is left of the onboarding. */
export async function getSession({ db }: Dependencies, actor: SessionActor): Promise<CurrentSession> {
  const [session] = await db
    .select({
      id: sessions.id,
      createdAt: sessions.createdAt,
      expiresAt: sessions.expiresAt,
      ipAddress: sessions.ipAddress,
      userAgent: sessions.userAgent,
    })
    .from(sessions)
    .where(and(eq(sessions.organizationId, actor.organizationId), eq(sessions.id, actor.sessionId)));
  if (!session) throw new ServiceError("UNAUTHORIZED");
  const user = await getUserRow(db, actor);
  return { session, user: toUser(user), ...onboardingFlags(user) };
}
