import { userAvatars, users } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";

export interface Avatar {
  /** Changes with the picture. */
  version: string;
  /** WebP; null when the caller has this version already. */
  image: Buffer | null;
}

/** The picture of a user of one's organization. @throws ServiceError NOT_FOUND */
export async function getAvatar(
  { db }: Dependencies,
  actor: Actor,
  { userId, isKnown }: { userId: string; isKnown: (version: string) => boolean },
): Promise<Avatar> {
  const ofUser = and(eq(users.organizationId, actor.organizationId), eq(users.id, userId));
  const [user] = await db.select({ version: users.avatarVersion }).from(users).where(ofUser);
  const version = user?.version ?? null;
  if (version !== null && isKnown(version)) return { version, image: null };
  const [avatar] = await db
    .select({ image: userAvatars.image })
    .from(userAvatars)
    .where(and(eq(userAvatars.organizationId, actor.organizationId), eq(userAvatars.userId, userId)));
  if (version === null || !avatar) throw new ServiceError("NOT_FOUND", { message: "There is no such picture." });
  return { version, image: avatar.image };
}
